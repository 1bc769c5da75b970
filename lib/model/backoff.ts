/**
 * When Kubernetes tries again. `timed` has a window; `scheduled` is the next run of a CronJob, due at `earlyAt`;
 * `untimed` says why there is no clock ("on node change", "never by itself", "every sync, 10-15 s").
 */
export type NextAttempt =
  | {
      readonly kind: 'timed';
      readonly what: 'restart' | 'pull';
      /** Number of the coming attempt: restart #n or pull #n. */
      readonly attempt: number;
      /** The delay Kubernetes names, in ms (40000 = "40s"). */
      readonly delayMs: number;
      /** The countdown aims here; never earlier. */
      readonly earlyAt: number;
      readonly lateAt: number;
      readonly source: 'message' | 'events' | 'estimated';
    }
  | {
      readonly kind: 'scheduled';
      readonly earlyAt: number;
      readonly lateAt: number;
      readonly schedule: string;
      readonly timeZone: string;
      /** Nothing tells by which clock the schedule is read; it is usually this one. */
      readonly isZoneAssumed?: boolean;
    }
  | { readonly kind: 'untimed'; readonly text: string };
