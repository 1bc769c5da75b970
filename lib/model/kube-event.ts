/** One Kubernetes Event, whichever of the three wire shapes it came in (count, series, deprecated fields). */
export type KubeEvent = {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Opaque: compare for equality only. */
  readonly resourceVersion?: string;
  readonly regarding: {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    /** Taken from `involvedObject.fieldPath`, e.g. `spec.containers{app}`. */
    readonly container?: string;
  };
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  readonly firstAt: number;
  /** max(series.lastObservedTime, lastTimestamp, eventTime, creationTimestamp). May lag by 5 min: spam filter. */
  readonly lastAt: number;
  readonly count: number;
};
