import { createApiServer, type ApiServer } from './apiserver/api-server.ts';
import type { JournalState } from './apiserver/journal.ts';
import { createExec } from './exec/create-exec.ts';
import { InProcessTransport } from './apiserver/in-process-transport.ts';
import { seededRandom } from './random.ts';
import { MINUTE } from './scenarios/scenario.ts';
import { startSimulation, type Simulation, type SimulationOptions } from './simulation.ts';
import type { Transport } from './transport.ts';
import { createUsage } from './usage.ts';
import { VirtualClock } from './virtual-clock.ts';
import { createWebhooks } from './webhooks.ts';

export type SandboxOptions = {
  /** Equal seeds make equal clusters, byte for byte. */
  readonly seed: string;
  /** Scenario ids to play during the backfill. */
  readonly scenarios?: readonly string[];
  /** Epoch ms at which the backfill ends: the wall clock's now. */
  readonly endAt: number;
  readonly backfillMs?: number;
  readonly contents?: SimulationOptions['contents'];
  readonly characterOf?: SimulationOptions['characterOf'];
  readonly churn?: SimulationOptions['churn'];
  readonly rootCa?: string;
  readonly report?: (error: unknown) => void;
  /** Objects to start from instead of an empty cluster. */
  readonly restore?: JournalState;
};

export type Sandbox = {
  readonly server: ApiServer;
  readonly clock: VirtualClock;
  readonly simulation: Simulation;
  readonly transport: Transport;
};

export const BACKFILL_MS = 40 * MINUTE;

/**
 * A whole cluster in this process, with its last 40 minutes lived through. The clock stands at `endAt`; call
 * `clock.goLive(wallClock)` to let it continue at 1x, or drive it by hand.
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { seed, endAt, backfillMs = BACKFILL_MS, restore } = options;
  const clock = new VirtualClock(endAt - backfillMs);
  // A cluster that comes back must not draw the uids and names it has drawn before.
  const identitySeed = restore ? `${seed}/${restore.revision}` : seed;
  const random = seededRandom(identitySeed);
  const identities = random.fork('api');
  const server = createApiServer({ clock, random: () => identities.unit() });
  if (restore) server.journal.restore(restore);
  const inner = new InProcessTransport(server, { userAgent: 'sandbox-simulation' });
  let asked = 0;
  let settledAt = 0;
  const transport: Transport = {
    request: (request) => {
      asked += 1;
      return inner.request(request);
    },
    watch: (path, signal) => inner.watch(path, signal),
  };
  const { scenarios, contents, characterOf, churn, rootCa, report } = options;
  const simulation = await startSimulation({
    transport,
    clock,
    seed,
    random,
    scenarios,
    contents,
    characterOf,
    churn,
    rootCa,
    report,
  });
  server.useLogs(simulation.logs);
  server.useWebhooks(createWebhooks(server.journal));
  server.useUsage(createUsage(simulation.logs));
  server.useExec(createExec({ journal: server.journal, clock, logs: simulation.logs }));
  clock.settleWith(() => simulation.cluster.activity.settled());
  clock.settleWith((thorough) => {
    if (!thorough && asked === settledAt) return undefined;
    settledAt = asked;
    return InProcessTransport.settled();
  });
  await clock.runUntil(endAt);
  return { server, clock, simulation, transport };
}
