import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { grantAccountRoles } from '#lib/sandbox/apiserver/https/account-roles.ts';
import { createAccounts } from '#lib/sandbox/apiserver/https/accounts.ts';
import { createIdentity } from '#lib/sandbox/apiserver/https/certificate.ts';
import { startHttpsServer } from '#lib/sandbox/apiserver/https/https-server.ts';
import { writeKubeconfig } from '#lib/sandbox/apiserver/https/kubeconfig.ts';
import type { Clock } from '#lib/sandbox/clock.ts';
import { createGuardedFolder } from '#lib/sandbox/guarded-folder.ts';
import { wallClock } from '#lib/sandbox/wall-clock.ts';
import { startApp } from '../processes.ts';
import { productAt } from './cluster-under-test.ts';
import { controlPlaneStage, sandboxStage, type Stage, type StageOptions } from './stage.ts';

export type Product = ReturnType<typeof productAt>;

export type ServedStages<T = unknown> = {
  /** One product that watches both clusters. */
  readonly products: { readonly sandbox: Product; readonly real: Product };
  /** What was told of each. */
  readonly told: { readonly sandbox: T; readonly real: T };
  stop(): Promise<void>;
};

/**
 * Has the same told to the sandbox and to a real control plane, lets both go on at 1x, and starts the product on
 * both.
 */
export async function serveStages<T>(
  options: StageOptions,
  tell: (stage: Stage) => Promise<T>,
): Promise<ServedStages<T>> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const home = await createGuardedFolder('uncrash-compared-');
    const folder = home.path;
    stops.push(() => home.remove());
    const real = await controlPlaneStage(options);
    stops.push(() => real.stop());
    const sandbox = await sandboxStage(options);
    stops.push(() => sandbox.stop());
    const [inReal, inSandbox] = await Promise.all([tell(real), tell(sandbox)]);
    const late = behind(wallClock, wallClock.now() - sandbox.clock.now());
    real.goLive(late);
    const own = join(folder, 'sandbox');
    stops.push(await serve(sandbox, { path: own, wall: late }));
    const both = join(folder, 'both');
    await writeFile(both, await merged([own, real.controlPlane.kubeconfig]), { mode: 0o600 });
    const app = await startApp(['--kubeconfig', both]);
    stops.push(() => app.stop());
    return {
      products: { sandbox: productAt(app.url, 'sandbox'), real: productAt(app.url) },
      told: { sandbox: inSandbox, real: inReal },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * A clock that is late by as long as the story took to tell. Nobody has to catch up with that, so what the product sees
 * is as old as the story made it, however slow the machine is.
 */
function behind(clock: Clock, lateMs: number): Clock {
  return { now: () => clock.now() - lateMs, after: (delayMs, task) => clock.after(delayMs, task) };
}

/** Serves a sandbox at 1x over HTTPS, with its own kubeconfig. */
async function serve(
  { sandbox: { server: api, clock } }: Awaited<ReturnType<typeof sandboxStage>>,
  { path, wall }: { readonly path: string; readonly wall: Clock },
): Promise<() => Promise<void>> {
  grantAccountRoles(api);
  const stopFollowing = clock.goLive(wall);
  const identity = createIdentity(wallClock.now());
  const accounts = createAccounts();
  const https = await startHttpsServer({ api, clock, identity, accounts, port: 0 });
  await writeKubeconfig(path, { server: https.url, ca: identity.ca, accounts });
  return async () => {
    stopFollowing();
    await https.close();
  };
}

type Kubeconfig = Readonly<Record<'clusters' | 'users' | 'contexts', readonly unknown[]>>;

/** One kubeconfig with the contexts of all; the first one's current context is current. */
async function merged(paths: readonly string[]): Promise<string> {
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  const configs = texts.map((text) => parse(text) as Kubeconfig); // our own files
  const all = (key: keyof Kubeconfig): readonly unknown[] => configs.flatMap((config) => config[key]);
  return stringify({
    ...configs[0],
    clusters: all('clusters'),
    users: all('users'),
    contexts: all('contexts'),
  });
}
