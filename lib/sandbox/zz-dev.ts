import { createApiServer } from './apiserver/api-server.ts';
import { createIdentity } from './apiserver/https/certificate.ts';
import { createAccounts } from './apiserver/https/accounts.ts';
import { startHttpsServer } from './apiserver/https/https-server.ts';
import { writeKubeconfig } from './apiserver/https/kubeconfig.ts';
import { wallClock } from './wall-clock.ts';
let s = 1;
const random = () => {
  s = (s * 16807) % 2147483647;
  return s / 2147483647;
};
const api = createApiServer({ clock: wallClock, random });
import { grantAccountRoles } from './apiserver/https/account-roles.ts';
if (!process.env.NOROLES) grantAccountRoles(api);
const identity = createIdentity(Date.now());
const accounts = createAccounts();
const verbose = process.env.V;
const orig = api.handle;
if (verbose)
  (api as any).handle = (r: any) => {
    const x = orig(r);
    console.error(
      r.method,
      r.path,
      '|',
      r.accept.slice(0, 40),
      '|',
      r.contentType,
      '=>',
      (x as any).status ?? x.kind,
      r.method === 'GET' ? '' : JSON.stringify(r.body)?.slice(0, 300),
    );
    return x;
  };
const server = await startHttpsServer({
  api,
  clock: wallClock,
  identity,
  accounts,
  port: Number(process.env.PORT ?? 0),
});
await writeKubeconfig('/tmp/api-dev/kubeconfig', { server: server.url, ca: identity.ca, accounts });
console.log(server.url);
