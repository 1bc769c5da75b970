import { expect, it } from 'vitest';
import { aClusterView } from '#components/fixtures/cluster-view.ts';
import { incidentRows } from '#components/fixtures/incident-rows.ts';
import { StreamMessage } from '#lib/contract/stream.ts';
import type { Feed } from '#lib/live/hub.ts';
import { createTriageHub } from './triage-hub.ts';

function message(feed: Feed): unknown {
  const text = Buffer.concat((feed.next()?.parts ?? []).map(({ bytes }) => bytes)).toString();
  return StreamMessage.parse(JSON.parse(text.slice(text.indexOf('data: ') + 'data: '.length)));
}

it('says what the contract says: the whole list first, then news of other kinds', () => {
  const cluster = aClusterView();
  const incidents = incidentRows();
  const hub = createTriageHub({
    now: () => 5_000,
    view: () => cluster,
    shared: () => [],
    schedule: () => undefined,
  });
  hub.set(incidents);
  const feed = hub.subscribe({ onNews: () => undefined });
  expect(message(feed)).toEqual({
    type: 'snapshot',
    serverNow: 5_000,
    cluster,
    incidents,
    shared: [],
  });
  hub.broadcast({ type: 'changed', keys: ['/api/overview'] });
  expect(message(feed)).toEqual({ type: 'changed', keys: ['/api/overview'] });
});

it('says of a change only what differs', () => {
  const [first, second, third] = incidentRows();
  if (!first || !second || !third) throw new Error('The fixture has at least three rows.');
  const windows: (() => void)[] = [];
  const hub = createTriageHub({
    now: () => 5_000,
    view: aClusterView,
    shared: () => [],
    schedule: (_delayMs, task) => windows.push(task),
  });
  hub.set([first, second]);
  windows.splice(0).forEach((end) => end());
  const feed = hub.subscribe({ onNews: () => undefined });
  feed.next();
  hub.set([second, third]);
  expect(message(feed)).toEqual({ type: 'delta', serverNow: 5_000, upserts: [third], removes: [first.id] });
});

it.each([
  ['25 ms for few readers, who cost nothing', 1, 25],
  ['50 ms for 500, so that a storm costs a tenth of a core', 500, 50],
  ['longer for more', 1_000, 100],
])('gathers changes for %s', (_behaviour, readers, windowMs) => {
  const [first] = incidentRows();
  if (!first) throw new Error('The fixture has at least one row.');
  const delaysMs: number[] = [];
  const hub = createTriageHub({
    now: () => 5_000,
    view: aClusterView,
    shared: () => [],
    schedule: (delayMs) => delaysMs.push(delayMs),
  });
  for (let n = 0; n < readers; n++) hub.subscribe({ onNews: () => undefined });
  hub.set([first]);
  expect(delaysMs).toEqual([windowMs]);
});
