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
  const { status } = pod;
  if (!status?.startTime) return undefined;
  const isOver = status.phase === 'Succeeded' || status.phase === 'Failed';
  // The sandbox of a pod whose volumes were not mounted yet does not exist: such a pod begins anew.
  const hasSandbox = status.podIP !== undefined && !isOver;
  const { now } = world;
  const ip = status.podIP ?? '';
  const fresh = freshPod(pod, { ip, now });
  const statuses = new Map(allStatuses(pod).map((each) => [each.name, each]));
  const adopt = (record: ContainerRecord) => {
    const known = statuses.get(record.spec.name);
    return known ? adopted(record, known, { pod, world, ip }) : record;
  };
  return {
    ...fresh,
    acceptedAt: epochMs(status.startTime),
    hasSandbox,
    shownSandbox: hasSandbox,
    probedFrom: now,
    ...(status.phase === 'Failed' && status.reason
      ? { eviction: { reason: status.reason, message: status.message ?? '' } }
      : {}),
    worker: isOver ? { stage: 'terminated', queuedAt: Infinity, newsAt: Infinity } : fresh.worker,
    containers: fresh.containers.map(adopt),
  };
}

const allStatuses = ({ status }: Pod): readonly ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
  ...(status?.ephemeralContainerStatuses ?? []),
];

type Context = { readonly pod: Pod; readonly world: World; readonly ip: string };

function adopted(record: ContainerRecord, status: ContainerStatus, context: Context): ContainerRecord {
  const { world } = context;
  const { state, lastState, restartCount, imageID: imageId, ready, started, containerID } = status;
  const exit = state.terminated ?? lastState.terminated;
  const hasRun = containerID !== undefined;
  const base: ContainerRecord = {
    ...record,
    imageId,
    ready,
    started,
    shown: status,
    instances: hasRun ? restartCount + 1 : 0,
    ...(exit ? { latestExit: exit } : {}),
    ...(state.terminated && lastState.terminated ? { previousExit: lastState.terminated } : {}),
    ...(state.waiting?.message
      ? { reason: { reason: state.waiting.reason, message: state.waiting.message } }
      : {}),
  };
  if (!hasRun) return base;
  if (!state.running) return { ...base, instance: { kind: 'exited' } };
  const startedAt = epochMs(state.running.startedAt);
  const run = stillRunning(
    runOf(record, context, { instance: restartCount, startedAt }),
    world.now - startedAt,
  );
  const probes = startProbes(record.spec, { startedAt, from: world.now });
  const hasStarted = record.spec.startupProbe === undefined || started;
  return {
    ...base,
    started: hasStarted,
    instance: {
      kind: 'running',
      startedAt,
      containerId: containerID,
      run: { ...run, image: record.spec.image },
      probes: asFound(probes, { ready, started: hasStarted }),
    },
  };
}

/** What was ready stays ready until a probe says otherwise (ChangeContainerStatusOnKubeletRestart is off). */
function asFound(
  probes: ReturnType<typeof startProbes>,
  { ready, started }: { ready: boolean; started: boolean },
): ReturnType<typeof startProbes> {
  return {
    ...probes,
    ...(probes.Readiness ? { Readiness: { ...probes.Readiness, passed: ready } } : {}),
    ...(probes.Startup && started ? { Startup: { ...probes.Startup, passed: true, nextAt: Infinity } } : {}),
  };
}

/** It has not ended, whatever the world would make of it if it started now. */
function stillRunning(run: Run, ranMs: number): Run {
  const { exit, startError: _startError, createError: _createError, ...rest } = run;
  return exit && exit.afterMs > ranMs ? { ...rest, exit } : rest;
}

function runOf(
  { spec }: ContainerRecord,
  { pod, world, ip }: Context,
  { instance, startedAt }: { instance: number; startedAt: number },
): Run {
  const made = world.environment(pod, spec, ip);
  return world.start(spec, { env: 'env' in made ? made.env : {}, instance, pod, startedAt });
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
export function keptInstances(pod: Pod, record: PodRecord, world: World): readonly KeptInstance[] {
  return record.containers.flatMap((container) => {
    const { spec, instance: current, latestExit, instances } = container;
    if (!latestExit?.containerID || latestExit.reason === 'StartError') return [];
    const instance = Math.max(0, instances - (current.kind === 'running' ? 2 : 1));
    const startedAt = epochMs(latestExit.startedAt);
    return [
      {
        container: spec.name,
        containerId: latestExit.containerID,
        run: runOf(container, { pod, world, ip: record.ip }, { instance, startedAt }),
        startedAt,
        endedAt: epochMs(latestExit.finishedAt) + 999,
      },
    ];
  });
}
