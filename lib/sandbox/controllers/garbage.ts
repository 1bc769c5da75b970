import type { Kind, KubeEvent, KubeObject, Pod } from '#lib/sandbox/client/objects.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import { targetOf, type Write } from '#lib/sandbox/client/write.ts';

/** kube-apiserver --event-ttl: an Event lives one hour after it was last written. */
export const EVENT_TTL_MS = 3_600_000;

/** Deletes an object whose owners are all gone (the garbage collector with background propagation). */
export function collectOrphan(
  kind: Kind,
  object: KubeObject,
  isAlive: (ownerUid: string) => boolean,
): readonly Write[] {
  const { ownerReferences = [], uid, deletionTimestamp } = object.metadata;
  const orphaned = ownerReferences.length > 0 && ownerReferences.every((owner) => !isAlive(owner.uid));
  return orphaned && !deletionTimestamp ? [{ verb: 'delete', target: targetOf(kind, object), uid }] : [];
}

/** A terminating Pod that never reached a node has no kubelet to finish it (podgc does). */
export function collectUnscheduled(pod: Pod): readonly Write[] {
  if (!pod.metadata.deletionTimestamp || pod.spec.nodeName) return [];
  return [{ verb: 'delete', target: targetOf('Pod', pod), uid: pod.metadata.uid, graceSeconds: 0 }];
}

export const eventExpiresAt = (event: KubeEvent): number =>
  Math.max(
    epochMs(event.metadata.creationTimestamp),
    epochMs(event.lastTimestamp),
    epochMs(event.series?.lastObservedTime),
  ) + EVENT_TTL_MS;

export function collectExpiredEvents(events: readonly KubeEvent[], now: number): readonly Write[] {
  return events
    .filter((event) => eventExpiresAt(event) <= now)
    .map((event) => ({ verb: 'delete', target: targetOf('Event', event), uid: event.metadata.uid }));
}
