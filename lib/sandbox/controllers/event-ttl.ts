import type { KubeEvent } from '#lib/sandbox/client/event-objects.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import { targetOf, type Write } from '#lib/sandbox/client/write.ts';

/** kube-apiserver --event-ttl: an Event lives one hour after it was last written. */
export const EVENT_TTL_MS = 3_600_000;

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
