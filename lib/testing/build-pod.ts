import type { Condition } from '#lib/model/object-meta.ts';
import type { ContainerSpec, PodTemplate } from '#lib/model/pod-template.ts';
import type { ContainerStatus, Pod, Running, Terminated, Waiting } from '#lib/model/pod.ts';
import { aCondition, aMeta, type MetaInput } from './build-meta.ts';
import { aContainer, aTemplate } from './build-template.ts';
import { at } from './time.ts';

export const waiting = (reason: string, message?: string): Waiting => ({ kind: 'waiting', reason, message });

export const running = (startedAt: number = at('09:00:05')): Running => ({ kind: 'running', startedAt });

/** Without `startedAt` the process never ran (containerd's StartError). */
export function terminated(input: Partial<Terminated> = {}): Terminated {
  const exitCode = input.exitCode ?? 1;
  return {
    kind: 'terminated',
    reason: exitCode === 0 ? 'Completed' : 'Error',
    finishedAt: at('10:00:01'),
    ...input,
    exitCode,
  };
}

/** Running and ready unless told otherwise; `ready` and `started` follow from the state. */
export function aContainerStatus(input: Partial<ContainerStatus> = {}): ContainerStatus {
  const state = input.state ?? running();
  const isRunning = state.kind === 'running';
  return {
    name: 'web',
    image: 'ghcr.io/acme/web:1.4.2',
    imageId: isRunning ? 'ghcr.io/acme/web@sha256:0a' : '',
    ready: isRunning,
    started: isRunning,
    restartCount: 0,
    ...input,
    state,
  };
}

/** The state between two attempts of a container that keeps exiting; the message is the kubelet's. */
export function aCrashLoopingStatus(
  input: Partial<ContainerStatus> & { readonly delay?: string; readonly podName?: string } = {},
): ContainerStatus {
  const { delay = '2m40s', podName = 'web-5f7d-abcde', ...status } = input;
  const name = status.name ?? 'web';
  return aContainerStatus({
    restartCount: 5,
    ready: false,
    started: false,
    lastTermination: terminated({ startedAt: at('10:00:00'), finishedAt: at('10:00:01') }),
    ...status,
    name,
    state:
      status.state ??
      waiting(
        'CrashLoopBackOff',
        `back-off ${delay} restarting failed container=${name} pod=${podName}_shop(0b1c)`,
      ),
  });
}

export type PodInput = Partial<Omit<Pod, 'kind' | 'meta' | 'template' | 'conditions' | 'conditionTimes'>> &
  Pick<
    MetaInput,
    'uid' | 'name' | 'namespace' | 'createdAt' | 'deletedAt' | 'labels' | 'annotations' | 'owner'
  > & {
    readonly meta?: MetaInput;
    readonly template?: Partial<PodTemplate>;
    readonly containers?: readonly ContainerSpec[];
    /** With their times. */
    readonly conditions?: readonly Condition[];
    /** When the Ready condition last changed. */
    readonly readySinceAt?: number;
  };

/**
 * A running, ready pod on node-1. The spec of a container that only has a status is made up to match it,
 * and the conditions follow from the statuses unless given.
 */
export function aPod(input: PodInput = {}): Pod {
  const {
    meta,
    template,
    containers,
    conditions,
    readySinceAt,
    uid,
    name,
    namespace,
    createdAt,
    deletedAt,
    labels,
    annotations,
    owner,
    ...rest
  } = input;
  const identity = { uid, name, namespace, createdAt, deletedAt, labels, annotations, owner };
  const given = Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
  const statuses = rest.statuses ?? [aContainerStatus()];
  const initStatuses = rest.initStatuses ?? [];
  const madeUp = [
    ...initStatuses.map((status) => aContainer({ name: status.name, role: 'init', image: status.image })),
    ...statuses.map((status) => aContainer({ name: status.name, image: status.image })),
  ];
  const said = conditions ?? conditionsOf([...initStatuses, ...statuses], statuses, readySinceAt);
  return {
    kind: 'Pod',
    nodeName: 'node-1',
    schedulingGates: [],
    readinessGates: [],
    phase: 'Running',
    acceptedAt: at('09:00:01'),
    ephemeralStatuses: [],
    conditions: said.map(({ type, status, reason, message }) => ({ type, status, reason, message })),
    conditionTimes: said.map(({ lastTransitionAt = 0 }) => lastTransitionAt),
    ...rest,
    initStatuses,
    statuses,
    meta: aMeta({ name: 'web-5f7d-abcde', ...meta, ...given }),
    template: aTemplate({ containers: containers ?? madeUp, ...template }),
  };
}

function conditionsOf(
  all: readonly ContainerStatus[],
  statuses: readonly ContainerStatus[],
  readySinceAt = at('09:00:10'),
): Condition[] {
  const blockedInit = all.some((status) => !statuses.includes(status) && isUnfinished(status));
  const unready = statuses.filter((status) => !status.ready).map((status) => status.name);
  const ready = unready.length === 0 && !blockedInit;
  const message = ready ? '' : `containers with unready status: [${unready.join(' ')}]`;
  const detail = { reason: ready ? '' : 'ContainersNotReady', message, lastTransitionAt: readySinceAt };
  return [
    aCondition('PodScheduled', 'True', { lastTransitionAt: at('09:00:00') }),
    aCondition('PodReadyToStartContainers', 'True', { lastTransitionAt: at('09:00:03') }),
    aCondition('Initialized', blockedInit ? 'False' : 'True', { lastTransitionAt: at('09:00:03') }),
    aCondition('ContainersReady', ready ? 'True' : 'False', detail),
    aCondition('Ready', ready ? 'True' : 'False', detail),
  ];
}

function isUnfinished({ state, started }: ContainerStatus): boolean {
  return state.kind === 'terminated' ? state.exitCode !== 0 : !(state.kind === 'running' && started);
}

/** A pod nobody placed on a node; `message` is the scheduler's. */
export function anUnschedulablePod(message: string, input: PodInput = {}): Pod {
  return aPod({
    phase: 'Pending',
    statuses: [],
    containers: [aContainer()],
    conditions: [
      aCondition('PodScheduled', 'False', {
        reason: 'Unschedulable',
        message,
        lastTransitionAt: at('09:00:00'),
      }),
    ],
    ...input,
    nodeName: undefined,
    acceptedAt: undefined,
  });
}
