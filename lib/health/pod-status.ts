import type { ContainerRole } from '#lib/model/pod-template.ts';
import type { ContainerStatus, Pod, Terminated } from '#lib/model/pod.ts';
import { isConditionTrue } from './condition-of.ts';
import { humanDuration } from './human-duration.ts';

/** The columns of `kubectl get pods`. */
export type PodStatus = {
  /** STATUS: "Running", "CrashLoopBackOff", "Init:0/1", ... */
  readonly status: string;
  /** READY: "1/2". */
  readonly ready: string;
  readonly restarts: number;
  /** The finish time behind "(3m ago)": kubectl counts from the last end, not from the last start. */
  readonly restartedAt?: number;
};

/**
 * STATUS, READY and RESTARTS as the API server prints them: the only port of its `printPod`, so nothing else may
 * derive them. The column is computed by the server; what changed in 1.36 can be switched off by its minor version.
 * https://github.com/kubernetes/kubernetes/blob/v1.36.2/pkg/printers/internalversion/printers.go
 */
export function podStatus(pod: Pod, server: { readonly minor: number } = { minor: 36 }): PodStatus {
  const roleOf = new Map(pod.template.containers.map(({ name, role }) => [name, role]));
  const init = initColumns(pod, roleOf);
  const isPastInit = init.word === undefined || isConditionTrue(pod, 'Initialized');
  const app = isPastInit ? appColumns(pod.statuses) : undefined;

  const counted = app ? [...init.sidecars, ...pod.statuses] : init.visited;
  const total = pod.template.containers.filter(({ role }) => role === 'app' || role === 'sidecar').length;
  const word = app?.word ?? init.word ?? podWord(pod);
  const restartedAt = lastFinish(counted);
  return {
    status: deletionWord(pod) ?? (app && word === 'Completed' ? completedWord(pod, app, server.minor) : word),
    ready: `${init.ready + (app?.ready ?? 0)}/${total}`,
    restarts: counted.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...(restartedAt === undefined ? {} : { restartedAt }),
  };
}

/** RESTARTS as printed: "5 (2m10s ago)". */
export function restartsText({ restarts, restartedAt }: PodStatus, now: number): string {
  return restartedAt === undefined ? `${restarts}` : `${restarts} (${humanDuration(now - restartedAt)} ago)`;
}

type InitColumns = {
  readonly word?: string;
  readonly ready: number;
  /** Up to and including the one that blocks. */
  readonly visited: readonly ContainerStatus[];
  readonly sidecars: readonly ContainerStatus[];
};

function initColumns(pod: Pod, roleOf: ReadonlyMap<string, ContainerRole>): InitColumns {
  const isSidecar = ({ name }: ContainerStatus) => roleOf.get(name) === 'sidecar';
  const isStarted = (status: ContainerStatus) => isSidecar(status) && status.started;
  const isDone = ({ state }: ContainerStatus) => state.kind === 'terminated' && state.exitCode === 0;
  const blocker = pod.initStatuses.findIndex((status) => !isDone(status) && !isStarted(status));
  const visited = blocker < 0 ? pod.initStatuses : pod.initStatuses.slice(0, blocker + 1);
  const total = pod.template.containers.filter(({ role }) => role === 'init' || role === 'sidecar').length;
  const blocking = pod.initStatuses[blocker];
  return {
    word: blocking && initWord(blocking, `Init:${blocker}/${total}`),
    ready: visited.filter((status) => !isDone(status) && isStarted(status) && status.ready).length,
    visited,
    sidecars: visited.filter(isSidecar),
  };
}

function initWord({ state }: ContainerStatus, progress: string): string {
  if (state.kind === 'terminated') return `Init:${exitWord(state)}`;
  return state.kind === 'waiting' && state.reason !== '' && state.reason !== 'PodInitializing'
    ? `Init:${state.reason}`
    : progress;
}

type AppColumns = {
  readonly word?: string;
  readonly ready: number;
  readonly failedWord?: string;
};

/** The printer walks from last to first, so the first container that waits or ended wins. */
function appColumns(statuses: readonly ContainerStatus[]): AppColumns {
  const words = statuses.map(({ state }) =>
    state.kind === 'waiting' ? state.reason : state.kind === 'terminated' ? exitWord(state) : '',
  );
  const failed = statuses.find(({ state }) => state.kind === 'terminated' && state.exitCode !== 0);
  return {
    word: words.find((word) => word !== ''),
    ready: statuses.filter(({ state, ready }) => ready && state.kind === 'running').length,
    failedWord: failed?.state.kind === 'terminated' ? exitWord(failed.state) : undefined,
  };
}

function completedWord(pod: Pod, { ready, failedWord }: AppColumns, serverMinor: number): string {
  if (ready > 0 && isConditionTrue(pod, 'Ready')) return 'Running';
  if (serverMinor >= 36 && failedWord !== undefined) return failedWord;
  return ready > 0 ? 'NotReady' : 'Completed';
}

function exitWord({ reason, signal, exitCode }: Terminated): string {
  if (reason !== '') return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

function podWord(pod: Pod): string {
  const isGated = pod.conditions.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  return isGated ? 'SchedulingGated' : (pod.reason ?? '') || pod.phase;
}

function deletionWord({ meta, reason, phase }: Pod): string | undefined {
  if (meta.deletedAt === undefined) return undefined;
  if (reason === 'NodeLost') return 'Unknown';
  return phase === 'Succeeded' || phase === 'Failed' ? undefined : 'Terminating';
}

function lastFinish(statuses: readonly ContainerStatus[]): number | undefined {
  const finishes = statuses.flatMap(({ lastTermination }) => lastTermination?.finishedAt ?? []);
  return finishes.length === 0 ? undefined : Math.max(...finishes);
}
