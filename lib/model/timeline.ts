/** One run of one container instance. Open-ended while it runs. */
export type ContainerRun = {
  readonly containerId: string;
  /** `undefined`: the process never ran (StartError). */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly readyAt?: number;
  /** Restarts before this run: 0 for the first instance. Absent when the object did not tell. */
  readonly attempt?: number;
  /** The delay the kubelet named after this run, ms. */
  readonly backoffMs?: number;
};

export type TimelineBar = {
  /** `run-unknown`: it ran, and whether it was ready nobody saw. */
  readonly kind: 'run' | 'run-not-ready' | 'run-unknown' | 'backoff' | 'waiting';
  readonly fromAt: number;
  readonly toAt: number;
  /** For back-off bars: the delay in ms. */
  readonly delayMs?: number;
};

export type TimelineMark = {
  readonly kind: 'crash' | 'pull-failed' | 'probe-failed';
  readonly at: number;
  readonly label: string;
  readonly count?: number;
};

/** Fold of equal events or facts of the workload, ordered by (time, source rank, uid). */
export type TimelineEntry = {
  readonly id: string;
  readonly at: number;
  readonly firstAt: number;
  readonly count: number;
  readonly source: 'rollout' | 'container' | 'event' | 'transition' | 'action';
  readonly tone: 'bad' | 'good' | 'neutral';
  readonly subject: string;
  readonly title: string;
  readonly detail?: string;
};
