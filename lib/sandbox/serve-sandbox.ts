import type { JournalState } from './apiserver/journal.ts';
import { grantAccountRoles } from './apiserver/https/account-roles.ts';
import { createAccounts, type Account } from './apiserver/https/accounts.ts';
import { createIdentity } from './apiserver/https/certificate.ts';
import { startHttpsServer } from './apiserver/https/https-server.ts';
import { writeKubeconfig } from './apiserver/https/kubeconfig.ts';
import type { Clock } from './clock.ts';
import { BACKFILL_MS, createSandbox, type Sandbox, type SandboxOptions } from './create-sandbox.ts';

import { FLEET_BACKFILL_MS, settledFleet } from './scale/settled-fleet.ts';
import { readState, writeState } from './state-file.ts';

export type ServeOptions = Omit<SandboxOptions, 'endAt' | 'rootCa' | 'restore' | 'backfillMs' | 'churn'> & {
  /** A fleet of so many pods instead of the usual contents. */
  readonly pods?: number;
  /** The time everybody else has: kubectl computes ages with it, so the sandbox never runs ahead of it. */
  readonly wallClock: Clock;
  /** Where the kubeconfig is written. */
  readonly kubeconfig: string;
  /** 0 for any free port. */
  readonly port?: number;
  /** File in which the cluster survives a restart; undefined: it does not. */
  readonly state?: string;
};

export type ServedSandbox = Sandbox & {
  readonly url: string;
  readonly accounts: readonly Account[];
  /** Writes the state file, when there is one. */
  save(): Promise<void>;
  /** Saves, then stops everything. */
  close(): Promise<void>;
};

/** A sandbox that has lived its 40 minutes, goes on at 1x and answers over HTTPS. Rejects when the port is taken. */
export async function serveSandbox(options: ServeOptions): Promise<ServedSandbox> {
  const { wallClock, kubeconfig, state: path, port = 0, pods, ...sandboxOptions } = options;
  const saved = path === undefined ? undefined : await readState(path);
  const endAt = wallClock.now();
  const identity = saved?.identity ?? createIdentity(endAt);
  const accounts = createAccounts(saved?.tokens);
  const fleet =
    pods === undefined || saved ? undefined : await fleetBefore(endAt, { ...options, pods }, identity.ca);
  const sandbox = await createSandbox({
    ...sandboxOptions,
    // A cluster that comes back has had its stories; only its nodes must be there for the kubelets.
    ...((saved ?? fleet) && { scenarios: [], contents: 'nodes' as const }),
    churn: pods,
    endAt,
    rootCa: identity.ca,
    restore: saved?.journal ?? fleet,
    // What happened while the process was gone is lived through, as far as anybody would look back.
    backfillMs: saved
      ? Math.min(BACKFILL_MS, Math.max(0, endAt - saved.savedAt))
      : fleet
        ? FLEET_BACKFILL_MS
        : BACKFILL_MS,
  });
  const { server: api, clock, simulation } = sandbox;
  grantAccountRoles(api);
  const stopFollowing = clock.goLive(wallClock);
  const https = await startHttpsServer({ api, clock, identity, accounts, port });
  await writeKubeconfig(kubeconfig, { server: https.url, ca: identity.ca, accounts });
  const save = async (): Promise<void> => {
    if (path === undefined) return;
    const tokens = Object.fromEntries(accounts.map(({ name, token }) => [name, token]));
    await writeState(path, {
      format: 1,
      savedAt: clock.now(),
      journal: api.journal.dump(),
      identity,
      tokens,
    });
  };
  return {
    ...sandbox,
    save,
    url: https.url,
    accounts,
    close: async () => {
      stopFollowing();
      simulation.stop();
      await save();
      await https.close();
    },
  };
}

const fleetBefore = (
  endAt: number,
  { pods, seed }: { readonly pods: number; readonly seed: string },
  rootCa: string,
): Promise<JournalState> => settledFleet({ pods, seed, rootCa, at: endAt - FLEET_BACKFILL_MS });
