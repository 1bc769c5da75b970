import type { Condition, ContainerStatus, Pod, PodStatus } from '#lib/sandbox/client/objects.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import { containerStatus } from './sync-pod.ts';
import type { PodRecord } from './record.ts';

const OWN_CONDITIONS = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady'];

/** The status the kubelet reports: a function of its record; transition times stay while a condition stays. */
export function podStatus(
  pod: Pod,
  record: PodRecord,
  { now, hostIp }: { now: number; hostIp: string },
): PodStatus {
  const inits = record.containers.filter(({ isInit }) => isInit);
  const initialised = inits.every(
    ({ state, latestExit }) => state.kind === 'exited' && latestExit?.exitCode === 0,
  );
  const byName = (a: ContainerStatus, b: ContainerStatus) => (a.name < b.name ? -1 : 1);
  const statuses = record.containers
    .filter(({ isInit }) => !isInit)
    .map((container) => containerStatus(container, !initialised && inits.length > 0))
    .sort(byName);
  const initStatuses = inits.map((container) => containerStatus(container, true));
  const phase = phaseOf(pod, statuses, initialised);
  const hasSandbox = now >= record.sandboxReadyAt;
  return {
    phase,
    conditions: conditionsOf(pod, { statuses, initStatuses, initialised, hasSandbox, phase, now }),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(hasSandbox ? { podIP: record.ip, podIPs: [{ ip: record.ip }] } : {}),
    startTime: seconds(record.acceptedAt),
    ...(initStatuses.length > 0 ? { initContainerStatuses: initStatuses } : {}),
    containerStatuses: statuses,
  };
}

/** kubelet_pods.go, getPhase: a container that never ran keeps the pod Pending; one between two runs does not. */
function phaseOf({ spec }: Pod, statuses: readonly ContainerStatus[], initialised: boolean): string {
  const policy = spec.restartPolicy ?? 'Always';
  if (!initialised) return 'Pending';
  if (statuses.some(({ state, lastState }) => state.waiting && !lastState.terminated)) return 'Pending';
  if (statuses.some(({ state }) => state.running) || policy === 'Always') return 'Running';
  const codes = statuses.map(({ state, lastState }) => (state.terminated ?? lastState.terminated)?.exitCode);
  if (codes.every((code) => code === 0)) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

type Facts = {
  readonly statuses: readonly ContainerStatus[];
  readonly initStatuses: readonly ContainerStatus[];
  readonly initialised: boolean;
  readonly hasSandbox: boolean;
  readonly phase: string;
  readonly now: number;
};

function conditionsOf(pod: Pod, facts: Facts): readonly Condition[] {
  const unready = facts.statuses.filter(({ ready }) => !ready).map(({ name }) => name);
  const pendingInits = facts.initStatuses.filter(({ ready }) => !ready).map(({ name }) => name);
  const readiness = (type: string): Omit<Condition, 'lastTransitionTime'> =>
    facts.phase === 'Succeeded'
      ? { type, status: 'False', reason: 'PodCompleted' }
      : unready.length > 0
        ? {
            type,
            status: 'False',
            reason: 'ContainersNotReady',
            message: `containers with unready status: [${unready.join(' ')}]`,
          }
        : { type, status: 'True' };
  const initialized: Omit<Condition, 'lastTransitionTime'> = facts.initialised
    ? { type: 'Initialized', status: 'True' }
    : {
        type: 'Initialized',
        status: 'False',
        reason: 'ContainersNotInitialized',
        message: `containers with incomplete status: [${pendingInits.join(' ')}]`,
      };
  const own = [
    { type: 'PodReadyToStartContainers', status: facts.hasSandbox ? 'True' : 'False' } as const,
    initialized,
    readiness('Ready'),
    readiness('ContainersReady'),
  ];
  const current = pod.status?.conditions ?? [];
  const stamped = own.map((next) => {
    const before = current.find(({ type }) => type === next.type);
    const kept = before?.status === next.status ? before.lastTransitionTime : undefined;
    return { ...next, lastProbeTime: null, lastTransitionTime: kept ?? seconds(facts.now) };
  });
  return [...stamped, ...current.filter(({ type }) => !OWN_CONDITIONS.includes(type))];
}
