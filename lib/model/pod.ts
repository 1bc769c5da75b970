import type { Condition, ObjectMeta } from './object-meta.ts';
import type { PodSpec } from './pod-template.ts';

export type Waiting = {
  readonly kind: 'waiting';
  /** The API's documented default of an empty state is waiting; its reason is then ContainerCreating. */
  readonly reason: string;
  readonly message?: string;
};

export type Running = { readonly kind: 'running'; readonly startedAt: number };

export type Terminated = {
  readonly kind: 'terminated';
  readonly exitCode: number;
  readonly signal?: number;
  /** 'Error', 'Completed', 'OOMKilled', 'StartError', ... as the runtime says; may be ''. */
  readonly reason: string;
  readonly message?: string;
  /** `undefined` when the runtime reports 1970 (containerd StartError: the process never ran). */
  readonly startedAt?: number;
  readonly finishedAt: number;
  readonly containerId?: string;
};

export type ContainerState = Waiting | Running | Terminated;

export type ContainerStatus = {
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  /** The first twelve digits, as in `docker ps`: enough to tell a container's runs apart. */
  readonly containerId?: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: ContainerState;
  readonly lastTermination?: Terminated;
  /** `status.containerStatuses[].resources.limits`, which an in-place resize may have changed. */
  readonly actualLimits?: Readonly<Record<string, string>>;
};

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

/** What a condition says is the same for thousands of pods, which hold it together; when it changed is each one's own. */
export type PodCondition = Omit<Condition, 'lastTransitionAt' | 'lastUpdateAt'>;

export type Pod = {
  readonly kind: 'Pod';
  readonly meta: ObjectMeta;
  readonly template: PodSpec;
  readonly nodeName?: string;
  readonly nominatedNodeName?: string;
  readonly schedulingGates: readonly string[];
  readonly readinessGates: readonly string[];
  readonly phase: PodPhase;
  /** `status.reason`: Evicted, NodeLost, ... */
  readonly reason?: string;
  readonly message?: string;
  /** `status.startTime`: when the kubelet accepted the Pod. */
  readonly acceptedAt?: number;
  readonly conditions: readonly PodCondition[];
  /** `lastTransitionTime` of each of the conditions; 0: not known. */
  readonly conditionTimes: readonly number[];
  readonly initStatuses: readonly ContainerStatus[];
  readonly statuses: readonly ContainerStatus[];
  readonly ephemeralStatuses: readonly ContainerStatus[];
};
