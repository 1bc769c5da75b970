/** What happens in a cluster that may let a waiting pod in. */
export type ClusterEvent = 'pod-removed' | 'pod-added' | 'node' | 'storage';

const PODS_IN_THE_WAY =
  /^(Insufficient |Too many pods|node\(s\) (didn't (have free ports|match pod|satisfy existing)|unavailable))/;
const PODS_MISSING = /pod affinity rules|topology spread/;
const STORAGE = /persistent|volume/i;

/**
 * Whether an event is worth another attempt for a pod that was refused for these reasons: the plugins' queueing hints,
 * coarsely (KEP-4247). What is missed waits for the five-minute flush.
 */
export function wakesOn(event: ClusterEvent, reasons: readonly string[]): boolean {
  switch (event) {
    case 'pod-removed':
      return reasons.some((reason) => PODS_IN_THE_WAY.test(reason));
    case 'pod-added':
      return reasons.some((reason) => PODS_MISSING.test(reason));
    case 'node':
      return reasons.some((reason) => !/^(persistentvolumeclaim|pod has unbound)/.test(reason));
    case 'storage':
      return reasons.some((reason) => STORAGE.test(reason));
  }
}
