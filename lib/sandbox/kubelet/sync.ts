import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { ContainerRecord, ContainerState, KubeletEvent, PodRecord, World } from './record.ts';

/** How late a waiting container is picked up: real kubelets up to 30 s, ours up to 2 s so that a demo feels alive. */
const LATENESS_MS = 2000;

type Running = Extract<ContainerState, { kind: 'running' }>;

/** One pod's pass: collects what the containers of the pod say and when they want to be looked at again. */
export type Sync = {
  readonly pod: Pod;
  readonly world: World;
  readonly ip: string;
  /** Failed pulls by image; replaced as pulls fail. */
  pulls: PodRecord['pulls'];
  readonly emit: (event: KubeletEvent) => void;
  readonly wakeAt: (at: number) => void;
};

/** Comes back to the record, unchanged, at `at`. */
export function later(record: ContainerRecord, { wakeAt }: Sync, at: number): ContainerRecord {
  wakeAt(at);
  return record;
}

export const fieldPathOf = ({ spec, isInit }: ContainerRecord) =>
  `spec.${isInit ? 'initContainers' : 'containers'}{${spec.name}}`;

/** Says something about one container. */
export function say(record: ContainerRecord, { emit }: Sync, event: Omit<KubeletEvent, 'fieldPath'>): void {
  emit({ ...event, fieldPath: fieldPathOf(record) });
}

/** The kubelet comes back to a failing pod after 10 s to 15 s. */
export function nextTick(record: ContainerRecord, { world, pod }: Sync): number {
  return (
    world.now +
    10_000 +
    Math.floor(5000 * world.chance(pod.metadata.uid, record.spec.name, 'tick', world.now))
  );
}

/** How much later than it could a waiting container is picked up, ms. */
export function lateness(record: ContainerRecord, { world, pod }: Sync): number {
  return Math.floor(LATENESS_MS * world.chance(pod.metadata.uid, record.spec.name, 'late', world.now));
}

/** Sends SIGTERM now: the program's own exit, or SIGKILL (137) at the end of the grace period. */
export function stopping(state: Running, graceMs: number, now: number): Running {
  const { stop } = state.run;
  const polite = stop && stop.afterMs < graceMs;
  const exitAt = now + (polite ? stop.afterMs : graceMs);
  return { ...state, kill: { exitAt, exitCode: polite ? stop.code : 137, termAt: now } };
}
