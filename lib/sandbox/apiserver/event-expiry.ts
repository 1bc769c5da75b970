import { epochMs, type KubeObject } from './objects/kube-object.ts';
import { stringAt } from './objects/json.ts';
import type { ServerContext } from './server-context.ts';

/** kube-apiserver --event-ttl: an Event lives one hour after it was last written. */
export const EVENT_TTL_MS = 3_600_000;
/** etcd leases are shared, so an Event may live this much longer. */
const LATE_MS = 60_000;

/** Removes Events whose time is over. Runs only while there are any. */
export function expireEvents({ journal, clock }: Pick<ServerContext, 'journal' | 'clock'>): void {
  let isWaiting = false;
  const wait = (ms: number): void => {
    isWaiting = true;
    clock.after(ms, sweep);
  };
  const sweep = (): void => {
    isWaiting = false;
    const now = clock.now();
    for (const event of journal.list('events')) {
      if (expiresAt(event) > now) continue;
      journal.remove('events', event.metadata.namespace, event.metadata.name);
    }
    const next = Math.min(...journal.list('events').map(expiresAt));
    if (Number.isFinite(next)) wait(Math.max(LATE_MS, next - now));
  };
  journal.subscribe('events', ({ type }) => {
    if (!isWaiting && type !== 'DELETED') wait(LATE_MS);
  });
}

/** The newest of an Event's times is when it was last written, whatever shape it has. */
function expiresAt(event: KubeObject): number {
  const times = [
    event.metadata.creationTimestamp,
    stringAt(event, 'lastTimestamp'),
    stringAt(event, 'series', 'lastObservedTime'),
  ];
  return Math.max(...times.map((time) => epochMs(time) ?? 0)) + EVENT_TTL_MS;
}
