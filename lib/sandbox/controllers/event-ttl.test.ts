import { describe, expect, it } from 'vitest';
import type { KubeEvent } from '#lib/sandbox/client/event-objects.ts';
import { collectExpiredEvents, EVENT_TTL_MS } from './event-ttl.ts';

const START = Date.UTC(2026, 0, 5, 12);
const iso = (at: number) => new Date(at).toISOString();
const anEvent = (name: string, event: Partial<KubeEvent>): KubeEvent => ({
  metadata: { name, namespace: 'n', uid: name, resourceVersion: '1', creationTimestamp: iso(START) },
  involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' },
  type: 'Normal',
  reason: 'R',
  message: '',
  ...event,
});

describe('event expiry', () => {
  it('lets an event live an hour after it was last written, whatever shape it has', () => {
    const events = [
      anEvent('once', { firstTimestamp: iso(START), lastTimestamp: iso(START) }),
      anEvent('repeated', { firstTimestamp: iso(START), lastTimestamp: iso(START + 60_000) }),
      anEvent('series', {
        eventTime: iso(START),
        series: { count: 2, lastObservedTime: iso(START + 60_000) },
      }),
    ];
    const expired = (now: number) =>
      collectExpiredEvents(events, now).map((write) => write.verb === 'delete' && write.target.name);
    expect(expired(START + EVENT_TTL_MS - 1)).toEqual([]);
    expect(expired(START + EVENT_TTL_MS)).toEqual(['once']);
    expect(expired(START + EVENT_TTL_MS + 60_000)).toEqual(['once', 'repeated', 'series']);
  });
});
