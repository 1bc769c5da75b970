import type { JournalState } from '#lib/sandbox/apiserver/journal.ts';
import { createSandbox } from '#lib/sandbox/create-sandbox.ts';
import { seededRandom } from '#lib/sandbox/random.ts';
import { MINUTE, SECOND } from '#lib/sandbox/scenarios/scenario.ts';
import { fleetPlan } from './fleet-plan.ts';
import { multiplied } from './multiply.ts';

/** How long a sandbox of many pods has lived through before it is shown: enough for the first crashes. */
export const FLEET_BACKFILL_MS = 3 * MINUTE;

type Options = {
  readonly pods: number;
  readonly seed: string;
  /** Epoch ms at which the fleet stands. */
  readonly at: number;
  readonly rootCa?: string;
};

/**
 * A cluster of `pods` pods that has long settled. Living through so many starts would take minutes: one pod of each
 * Deployment is started for real, and copied.
 */
export async function settledFleet({ pods, seed, at, rootCa }: Options): Promise<JournalState> {
  const random = seededRandom(`${seed}/fleet`);
  const plan = fleetPlan(pods, random);
  const sandbox = await createSandbox({ seed, rootCa, contents: 'nodes', endAt: at, backfillMs: SECOND });
  const { cluster } = sandbox.simulation;
  for (const object of plan.objects) await cluster.api.apply({ verb: 'create', object });
  await sandbox.clock.advance(2 * MINUTE);
  sandbox.simulation.stop();
  return multiplied(sandbox.server.journal.dump(), { ...plan, random });
}
