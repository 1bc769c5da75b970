import type { Clock } from '#lib/sandbox/clock.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { createSandbox, type Sandbox } from '#lib/sandbox/create-sandbox.ts';
import type { Transport } from '#lib/sandbox/transport.ts';
import type { VirtualClock } from '#lib/sandbox/virtual-clock.ts';
import { ensureControlPlaneBuilt, type Binaries } from './build.ts';
import { characters } from './characters.ts';
import { startControlPlane, type ControlPlane } from './start.ts';
import { startVirtualNodes } from './virtual-nodes.ts';

/** Four bare nodes whose time is driven by hand: a place to tell a story. */
export type Stage = {
  readonly cluster: Cluster;
  readonly clock: VirtualClock;
  readonly transport: Transport;
  stop(): Promise<void>;
};

export type StageOptions = {
  /** Equal seeds make equal histories, on either side. */
  readonly seed: string;
  /** Epoch ms at which the clock stands. */
  readonly startAt: number;
};

export async function sandboxStage({
  seed,
  startAt,
}: StageOptions): Promise<Stage & { readonly sandbox: Sandbox }> {
  const sandbox = await createSandbox({
    seed,
    endAt: startAt,
    backfillMs: 0,
    contents: 'nodes',
    characterOf: characters(),
  });
  const { simulation, clock, transport } = sandbox;
  return { sandbox, cluster: simulation.cluster, clock, transport, stop: async () => simulation.stop() };
}

export type ControlPlaneStage = Stage & {
  readonly controlPlane: ControlPlane;
  readonly binaries: Binaries;
  /** From now on the nodes' time follows `wall`. */
  goLive(wall: Clock): void;
};

/** On a busy machine the ten seconds between two heartbeats of a node that is driven by hand may take minutes. */
const STANDING_STILL_SECONDS = 1800;

export async function controlPlaneStage({ seed, startAt }: StageOptions): Promise<ControlPlaneStage> {
  const binaries = await ensureControlPlaneBuilt({ say: (line) => void process.stderr.write(`${line}\n`) });
  const controlPlane = await startControlPlane(binaries, { nodeGraceSeconds: STANDING_STILL_SECONDS });
  try {
    const options = { seed, startAt, characterOf: characters(), report: () => undefined };
    const nodes = await startVirtualNodes(controlPlane, options);
    const stop = async (): Promise<void> => {
      await nodes.stop();
      await controlPlane.stop();
    };
    return { ...nodes, binaries, controlPlane, transport: controlPlane.transport, stop };
  } catch (error) {
    await controlPlane.stop();
    throw error;
  }
}
