import { createAccounts, type Account } from './apiserver/https/accounts.ts';
import { createIdentity } from './apiserver/https/certificate.ts';
import { startHttpsServer } from './apiserver/https/https-server.ts';
import { writeKubeconfig } from './apiserver/https/kubeconfig.ts';
import type { Clock } from './clock.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from './create-sandbox.ts';

export type ServeOptions = Omit<SandboxOptions, 'endAt' | 'rootCa'> & {
  /** The time everybody else has: kubectl computes ages with it, so the sandbox never runs ahead of it. */
  readonly wallClock: Clock;
  /** Where the kubeconfig is written. */
  readonly kubeconfig: string;
  /** 0 for any free port. */
  readonly port?: number;
};

export type ServedSandbox = Sandbox & {
  readonly url: string;
  readonly accounts: readonly Account[];
  close(): Promise<void>;
};

/** A sandbox that has lived its 40 minutes, goes on at 1x and answers over HTTPS. Rejects when the port is taken. */
export async function serveSandbox(options: ServeOptions): Promise<ServedSandbox> {
  const { wallClock, kubeconfig, port = 0, ...sandboxOptions } = options;
  const identity = createIdentity(wallClock.now());
  const accounts = createAccounts();
  const sandbox = await createSandbox({ ...sandboxOptions, endAt: wallClock.now(), rootCa: identity.ca });
  const { server: api, clock, simulation } = sandbox;
  const stopFollowing = clock.goLive(wallClock);
  const https = await startHttpsServer({ api, clock, identity, accounts, port });
  await writeKubeconfig(kubeconfig, { server: https.url, ca: identity.ca, accounts });
  return {
    ...sandbox,
    url: https.url,
    accounts,
    close: async () => {
      stopFollowing();
      simulation.stop();
      await https.close();
    },
  };
}
