import { numberAt, objectAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { epochMs } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Column } from './column.ts';
import { age } from './human-duration.ts';

const text =
  (...path: readonly string[]) =>
  (event: KubeObject): string =>
    stringAt(event, ...path) ?? '';

/** printEvent: the newest of the three ways in which an Event may tell its time. */
export const EVENT_COLUMNS: readonly Column[] = [
  { name: 'Last Seen', cell: lastSeen },
  { name: 'Type', cell: text('type') },
  { name: 'Reason', cell: text('reason') },
  { name: 'Object', cell: involved },
  { name: 'Subobject', priority: 1, cell: text('involvedObject', 'fieldPath') },
  { name: 'Source', priority: 1, cell: source },
  { name: 'Message', cell: (event) => (stringAt(event, 'message') ?? '').trim() },
  { name: 'First Seen', priority: 1, cell: firstSeen },
  {
    name: 'Count',
    priority: 1,
    cell: (event) => numberAt(event, 'series', 'count') ?? numberAt(event, 'count') ?? 1,
  },
  { name: 'Name', priority: 1, format: 'name', cell: ({ metadata }) => metadata.name },
];

function firstSeen(event: KubeObject, now: number): string {
  return age(epochMs(event.firstTimestamp) ?? epochMs(event.eventTime), now);
}

function lastSeen(event: KubeObject, now: number): string {
  const seriesAt = epochMs(stringAt(event, 'series', 'lastObservedTime'));
  const lastAt = seriesAt ?? epochMs(event.lastTimestamp);
  return lastAt === undefined ? firstSeen(event, now) : age(lastAt, now);
}

function involved(event: KubeObject): string {
  const { kind, name } = objectAt(event, 'involvedObject');
  const what = typeof kind === 'string' ? kind.toLowerCase() : '';
  return typeof name === 'string' && name !== '' ? `${what}/${name}` : what;
}

function source(event: KubeObject): string {
  const component = stringAt(event, 'source', 'component') ?? stringAt(event, 'reportingComponent') ?? '';
  const host = stringAt(event, 'source', 'host') ?? '';
  return host === '' ? component : `${component}, ${host}`;
}
