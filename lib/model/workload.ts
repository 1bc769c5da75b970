import type { Condition, ObjectMeta } from './object-meta.ts';
import type { PodTemplate } from './pod-template.ts';

export type WorkloadKind =
  'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet' | 'Job' | 'CronJob' | 'Pod';

/** The top of an owner chain: what a person would name when asked "what is broken?". */
export type WorkloadRef = {
  readonly kind: WorkloadKind | (string & {});
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
};

export type ReplicaCounts = {
  readonly desired: number;
  readonly current: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
};

type WorkloadBase = {
  readonly meta: ObjectMeta;
  readonly template: PodTemplate;
  /** `spec.selector.matchLabels`; expressions are not needed by the product. */
  readonly selector: Readonly<Record<string, string>>;
  readonly replicas: ReplicaCounts;
  readonly observedGeneration: number;
  readonly conditions: readonly Condition[];
};

export type Deployment = WorkloadBase & {
  readonly kind: 'Deployment';
  readonly paused: boolean;
  readonly strategy: 'RollingUpdate' | 'Recreate';
  /** Annotation `deployment.kubernetes.io/revision`; 0 before the controller has seen it. */
  readonly revision: number;
  readonly revisionHistoryLimit: number;
  readonly progressDeadlineSeconds: number;
  readonly minReadySeconds: number;
};

export type ReplicaSet = WorkloadBase & {
  readonly kind: 'ReplicaSet';
  readonly revision: number;
  /** Annotation `deployment.kubernetes.io/revision-history`: numbers this ReplicaSet had before. */
  readonly pastRevisions: readonly number[];
  readonly changeCause?: string;
};

export type StatefulSet = WorkloadBase & {
  readonly kind: 'StatefulSet';
  /** Name of the ControllerRevision that pods before the update have; the update's own once it is complete. */
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly strategy: SetStrategy;
  /** Pods below this position keep the current revision. */
  readonly partition: number;
  /** In order, each pod waits for the one before to be ready; also in an update. */
  readonly isOrdered: boolean;
  /** Its pods are numbered from here. */
  readonly firstOrdinal: number;
  readonly revisionHistoryLimit: number;
  readonly minReadySeconds: number;
};

/** `OnDelete`: a pod gets the new template when somebody deletes it. */
export type SetStrategy = 'RollingUpdate' | 'OnDelete';

export type DaemonSet = WorkloadBase & {
  readonly kind: 'DaemonSet';
  readonly strategy: SetStrategy;
  readonly revisionHistoryLimit: number;
  readonly minReadySeconds: number;
};

/** Kinds that keep a history of their templates. */
export type RollingWorkload = Deployment | StatefulSet | DaemonSet;

export type Job = WorkloadBase & {
  readonly kind: 'Job';
  readonly backoffLimit: number;
  readonly failed: number;
  readonly succeeded: number;
  readonly active: number;
  readonly suspended: boolean;
};

/** What is kept of a CronJob: when it starts Jobs, and when it did. Its template is that of its Jobs. */
export type CronJob = {
  readonly kind: 'CronJob';
  readonly meta: ObjectMeta;
  readonly schedule: string;
  /** Absent: the schedule is read by the clock of kube-controller-manager. */
  readonly timeZone?: string;
  readonly suspended: boolean;
  readonly concurrencyPolicy: 'Allow' | 'Forbid' | 'Replace';
  readonly startingDeadlineSeconds?: number;
  /** When the last Job that was started was due. */
  readonly lastScheduleAt?: number;
  /** When the last Job that succeeded ended. */
  readonly lastSuccessfulAt?: number;
  /** Names of the Jobs it believes to be running. */
  readonly active: readonly string[];
};

export type Workload = Deployment | ReplicaSet | StatefulSet | DaemonSet | Job;

export const isRollingWorkload = (workload: Workload): workload is RollingWorkload =>
  workload.kind === 'Deployment' || workload.kind === 'StatefulSet' || workload.kind === 'DaemonSet';
