import type { WorkloadRef } from './workload.ts';

/**
 * Failure families: coarse on purpose, so that the words of one failure (ErrImagePull/ImagePullBackOff,
 * Error/CrashLoopBackOff/Running, OOMKilled/Error) stay in one family and an incident keeps its id.
 */
export const FAILURE_FAMILIES = [
  'image', // cannot pull or verify the image
  'config', // CreateContainerConfigError: env, Secret, ConfigMap, securityContext
  'crash', // created but does not stay up: start errors, exits, OOM, liveness kills
  'readiness', // runs, is not ready
  'scheduling', // no node
  'sandbox', // on a node, but no network or volume yet
  'admission', // the controller cannot create the Pod at all
  'node', // the node is gone or unhealthy
  'eviction', // the Pod was ended by the node
  'rollout', // the rollout does not progress and no pod explains it
  'job', // gave up
] as const;
export type FailureFamily = (typeof FAILURE_FAMILIES)[number];

/** One object's bad state. Pure function of the object (and `now` where a grace period applies). */
export type Problem = {
  readonly family: FailureFamily;
  readonly owner: WorkloadRef;
  /** Absent when the workload itself is the problem (no Pod exists). */
  readonly pod?: { readonly name: string; readonly uid: string; readonly nodeName?: string };
  readonly container?: string;
  /** The raw word of the API: 'CrashLoopBackOff', 'Unschedulable', 'FailedCreate', ... */
  readonly reason: string;
  /** The raw text of the API, newest first choice `state.waiting.message`. */
  readonly message?: string;
  readonly sinceAt: number;
  readonly restartCount: number;
  /**
   * Set while a container that crashed runs and is ready again, but for less than the 600 s after which its back-off
   * is forgotten: the problem stays (hysteresis), and this is when the current run began.
   */
  readonly stableSinceAt?: number;
};

export type Severity = 'critical' | 'warning' | 'notice' | 'unknown';
