import type { ContainerStatus, Pod } from '#lib/sandbox/client/objects.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import type { Run } from '#lib/sandbox/programs/program.ts';
import { freshPod, type ContainerRecord, type PodRecord, type World } from './record.ts';
import { startProbes } from './sync-probes.ts';

/**
 * A restarted kubelet finds pods that run already: their containers keep running, back-offs are forgotten.
 * Undefined for a pod no kubelet has touched.
 */
export function adoptedPod(pod: Pod, world: World): PodRecord | undefined {
  const { startTime, podIP, containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  if (!startTime || !podIP) return undefined;
  const { now, chance } = world;
  const fresh = freshPod(pod, { ip: podIP, now, chance });
  const statuses = new Map(
    [...initContainerStatuses, ...containerStatuses].map((status) => [status.name, status]),
  );
  const adopt = (record: ContainerRecord) => {
    const status = statuses.get(record.spec.name);
    return status ? adopted(record, status, { pod, world, ip: podIP }) : record;
  };
  return {
    ...fresh,
    acceptedAt: epochMs(startTime),
    sandboxReadyAt: Math.min(now, fresh.sandboxReadyAt),
    containers: fresh.containers.map(adopt),
  };
}

function adopted(
  record: ContainerRecord,
  status: ContainerStatus,
  { pod, world, ip }: { pod: Pod; world: World; ip: string },
): ContainerRecord {
  const { state, lastState, restartCount, imageID: imageId, ready, started, containerID } = status;
  const hasRun = containerID !== undefined;
  const base = {
    ...record,
    imageId,
    ready,
    started,
    instances: hasRun ? restartCount + 1 : 0,
    latestExit: state.terminated ?? lastState.terminated,
    previousExit: state.terminated && lastState.terminated,
  };
  if (state.terminated) return { ...base, state: { kind: 'exited', decideAt: world.now } };
  if (!state.running || !containerID) return base;
  const made = world.environment(pod, record.spec, ip);
  const env = 'env' in made ? made.env : {};
  const run = world.start(record.spec, { env, instance: restartCount, podUid: pod.metadata.uid });
  const phase = (type: string) => world.chance(pod.metadata.uid, record.spec.name, restartCount, type);
  const startedAt = epochMs(state.running.startedAt);
  const probes = startProbes(record.spec, phase, world.now);
  return { ...base, state: { kind: 'running', startedAt, containerId: containerID, run, probes } };
}

/** An earlier run whose log file would still be on the node. */
export type KeptInstance = {
  readonly container: string;
  readonly containerId: string;
  readonly run: Run;
  readonly startedAt: number;
  readonly endedAt: number;
};

/** The last exited instance of each container of an adopted pod: its log outlives the kubelet. */
export function keptInstances(
  pod: Pod,
  { containers, ip }: PodRecord,
  world: World,
): readonly KeptInstance[] {
  return containers.flatMap(({ spec, state, latestExit, instances }) => {
    if (!latestExit?.containerID || latestExit.reason === 'StartError') return [];
    const made = world.environment(pod, spec, ip);
    const env = 'env' in made ? made.env : {};
    const instance = Math.max(0, instances - (state.kind === 'running' ? 2 : 1));
    return [
      {
        container: spec.name,
        containerId: latestExit.containerID,
        run: world.start(spec, { env, instance, podUid: pod.metadata.uid }),
        startedAt: epochMs(latestExit.startedAt),
        endedAt: epochMs(latestExit.finishedAt) + 999,
      },
    ];
  });
}
