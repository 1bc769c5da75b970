/**
 * When Kubernetes tries again. `timed` has a window; `untimed` says why there is no clock
 * ("on node change", "never by itself", "every sync, 10-15 s").
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
  | { readonly kind: 'untimed'; readonly text: string };
