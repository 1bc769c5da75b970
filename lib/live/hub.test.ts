import { describe, expect, it } from 'vitest';
import { Hub } from './hub.ts';
import { aHub, drain, read, type Row } from './hub.fixture.ts';

const quiet = { onNews: () => undefined };
const rows = (values: Record<string, number>): Row[] =>
  Object.entries(values).map(([id, value]) => ({ id, value }));

describe('Hub', () => {
  it('starts every subscriber with a snapshot of the present', () => {
    const { hub } = aHub();
    hub.set(rows({ a: 1 }));
    expect(drain(hub.subscribe(quiet))).toEqual([{ type: 'snapshot', rows: rows({ a: 1 }) }]);
  });

  it('sends the first change at once and gathers the rest of the window into the latest state', () => {
    const { hub, endWindow } = aHub();
    const feed = hub.subscribe(quiet);
    drain(feed);
    hub.set(rows({ a: 1 }));
    hub.set(rows({ a: 2 }));
    hub.set(rows({ a: 3 }));
    expect(drain(feed)).toHaveLength(1);
    endWindow();
    expect(drain(feed)).toEqual([{ type: 'delta', upserts: rows({ a: 3 }), removes: [] }]);
  });

  it('gathers as long as the number of its readers wants', () => {
    const { hub, endWindow, delaysMs } = aHub();
    hub.subscribe(quiet);
    hub.set(rows({ a: 1 }));
    endWindow();
    for (let n = 0; n < 9; n++) hub.subscribe(quiet);
    hub.set(rows({ a: 2 }));
    expect(delaysMs).toEqual([51, 60]);
  });

  it('wakes its readers when there is news, and sends nothing when nothing changed', () => {
    const { hub, endWindow } = aHub();
    let woken = 0;
    const feed = hub.subscribe({ onNews: () => (woken += 1) });
    drain(feed);
    hub.set(rows({ a: 1 }));
    endWindow();
    hub.set(rows({ a: 1 }));
    endWindow();
    expect(woken).toBe(1);
    expect(drain(feed)).toHaveLength(1);
  });

  it('does not let a reader that throws keep the news from the others', () => {
    const { hub } = aHub();
    let woken = 0;
    hub.subscribe({
      onNews: () => {
        throw new Error('broken');
      },
    });
    hub.subscribe({ onNews: () => (woken += 1) });
    hub.set(rows({ a: 1 }));
    expect(woken).toBe(1);
    expect(hub.subscribers).toBe(1);
  });

  it('names removed rows, and forgets a row that came and went inside one window', () => {
    const { hub, endWindow } = aHub();
    hub.set(rows({ a: 1 }));
    endWindow();
    const feed = hub.subscribe(quiet);
    drain(feed);
    hub.set(rows({ a: 1, b: 1 }));
    hub.set(rows({ a: 1, b: 1, c: 1 }));
    hub.set([]);
    endWindow();
    expect(drain(feed).at(-1)).toEqual({ type: 'delta', upserts: [], removes: ['a', 'b', 'c'] });
  });

  it('serialises once for all subscribers', () => {
    const { hub } = aHub();
    const feeds = [hub.subscribe(quiet), hub.subscribe(quiet)];
    const snapshots = feeds.map((feed) => feed.next());
    hub.set(rows({ a: 1 }));
    const deltas = feeds.map((feed) => feed.next());
    expect(snapshots[0]).toBe(snapshots[1]);
    expect(deltas[0]).toBe(deltas[1]);
  });

  it('serialises a row once, however often it is sent', () => {
    const { hub, endWindow } = aHub();
    let written = 0;
    const row = { id: 'a', value: 1, toJSON: () => ({ id: 'a', value: (written += 1) }) };
    const feed = hub.subscribe(quiet);
    drain(feed);
    hub.set([row]);
    endWindow();
    hub.set([row]);
    expect(drain(feed)).toEqual([{ type: 'delta', removes: [], upserts: rows({ a: 1 }) }]);
    expect(drain(hub.subscribe(quiet))).toEqual([{ type: 'snapshot', rows: rows({ a: 1 }) }]);
    expect(written).toBe(1);
  });

  it('lets those who come one after the other share a snapshot and catch up through the ring', () => {
    const { hub } = aHub();
    const first = hub.subscribe(quiet);
    const snapshot = first.next();
    hub.set(rows({ a: 1 }));
    const second = hub.subscribe(quiet);
    expect(second.next()).toBe(snapshot);
    expect(drain(second)).toEqual([{ type: 'delta', upserts: rows({ a: 1 }), removes: [] }]);
  });

  it('tells a newcomer the present time, however long nothing has changed', () => {
    const tasks: (() => void)[] = [];
    let now = 1;
    const hub = new Hub<Row>({
      keyOf: (row) => row.id,
      snapshot: () => ({ type: 'snapshot', now }),
      delta: () => ({ type: 'delta' }),
      rowsAs: { snapshot: 'rows', delta: 'upserts' },
      schedule: (_delayMs, task) => void tasks.push(task),
      windowMs: () => 50,
      epoch: 'e',
    });
    hub.subscribe(quiet).next();
    tasks.splice(0).forEach((task) => task());
    now = 2;
    expect(drain(hub.subscribe(quiet))).toEqual([{ type: 'snapshot', now: 2, rows: [] }]);
  });

  it('serialises nothing while nobody reads or could come back', () => {
    let built = 0;
    const { hub } = aHub();
    const spy = { toJSON: () => (built += 1) };
    hub.broadcast(spy);
    expect(built).toBe(0);
    const feed = hub.subscribe(quiet);
    drain(feed);
    hub.broadcast(spy);
    feed.close();
    hub.broadcast(spy);
    expect(built).toBe(2);
  });
});

describe('a reader that comes back', () => {
  /** Reads what there is, then leaves; answers the id it stopped at. */
  function visit(hub: Hub<Row>): string {
    const feed = hub.subscribe(quiet);
    let id = '';
    for (let frame = feed.next(); frame; frame = feed.next()) ({ id } = read(frame));
    feed.close();
    return id;
  }

  it('gets what it missed, messages beside the list included, and no snapshot', () => {
    const { hub, endWindow } = aHub();
    const lastEventId = visit(hub);
    hub.set(rows({ a: 1 }));
    hub.broadcast({ type: 'note', text: 'stale' });
    endWindow();
    expect(drain(hub.subscribe({ ...quiet, lastEventId }))).toEqual([
      { type: 'delta', upserts: rows({ a: 1 }), removes: [] },
      { type: 'note', text: 'stale' },
    ]);
  });

  it('gets nothing when nothing happened', () => {
    const { hub } = aHub();
    expect(drain(hub.subscribe({ ...quiet, lastEventId: visit(hub) }))).toEqual([]);
  });

  it('gets a snapshot when the ring no longer reaches back to it', () => {
    const { hub, endWindow } = aHub({ ringBytes: 200 });
    const lastEventId = visit(hub);
    for (let value = 1; value <= 10; value++) {
      hub.set(rows({ a: value }));
      endWindow();
    }
    expect(drain(hub.subscribe({ ...quiet, lastEventId }))).toEqual([
      { type: 'snapshot', rows: rows({ a: 10 }) },
    ]);
  });

  it.each([
    ['of another cluster, class of rights, or process', 'other-0'],
    ['that was never given out', 'e-99'],
    ['with a sign', 'e--1'],
    ['that is no number', 'e-1e0'],
    ['that is empty', ''],
    ['of many digits', `e-${'9'.repeat(40)}`],
  ])('gets a snapshot for an id %s', (_what, lastEventId) => {
    const { hub } = aHub();
    visit(hub);
    hub.broadcast({ type: 'note', text: 'x' });
    expect(drain(hub.subscribe({ ...quiet, lastEventId }))[0]).toMatchObject({ type: 'snapshot' });
  });
});
