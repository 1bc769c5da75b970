import { describe, expect, it } from 'vitest';
import { Hub } from './hub.ts';

type Row = { id: string; value: number };

function aHub() {
  const tasks: (() => void)[] = [];
  const hub = new Hub<Row>({
    keyOf: (row) => row.id,
    snapshot: (rows) => ({ type: 'snapshot', rows }),
    delta: (upserts, removes) => ({ type: 'delta', upserts, removes }),
    schedule: (_delayMs, task) => tasks.push(task),
    windowMs: 50,
  });
  const endWindow = () => tasks.splice(0).forEach((task) => task());
  return { hub, endWindow };
}

const read = (frame: { bytes: Uint8Array }) =>
  JSON.parse(new TextDecoder().decode(frame.bytes).replace(/^data: /, '')) as {
    type: string;
    rows?: Row[];
    upserts?: Row[];
    removes?: string[];
  };

describe('Hub', () => {
  it('starts every subscriber with a snapshot of the present', () => {
    const { hub } = aHub();
    hub.set([{ id: 'a', value: 1 }]);
    const seen: unknown[] = [];
    hub.subscribe((frame) => seen.push(read(frame)));
    expect(seen).toEqual([{ type: 'snapshot', rows: [{ id: 'a', value: 1 }] }]);
  });

  it('sends the first change at once and gathers the rest of the window into the latest state', () => {
    const { hub, endWindow } = aHub();
    const seen: unknown[] = [];
    hub.subscribe((frame) => seen.push(read(frame)));
    hub.set([{ id: 'a', value: 1 }]);
    hub.set([{ id: 'a', value: 2 }]);
    hub.set([{ id: 'a', value: 3 }]);
    expect(seen).toHaveLength(2);
    endWindow();
    expect(seen.at(-1)).toEqual({ type: 'delta', upserts: [{ id: 'a', value: 3 }], removes: [] });
    expect(seen).toHaveLength(3);
  });

  it('sends nothing when nothing changed', () => {
    const { hub, endWindow } = aHub();
    const seen: unknown[] = [];
    hub.subscribe((frame) => seen.push(frame));
    hub.set([{ id: 'a', value: 1 }]);
    endWindow();
    hub.set([{ id: 'a', value: 1 }]);
    endWindow();
    expect(seen).toHaveLength(2);
  });

  it('names removed rows, and forgets a row that came and went inside one window', () => {
    const { hub, endWindow } = aHub();
    const seen: unknown[] = [];
    hub.set([{ id: 'a', value: 1 }]);
    hub.subscribe((frame) => seen.push(read(frame)));
    hub.set([
      { id: 'a', value: 1 },
      { id: 'b', value: 1 },
    ]);
    hub.set([]);
    endWindow();
    expect(seen.at(-1)).toEqual({ type: 'delta', upserts: [], removes: ['a', 'b'] });
  });

  it('serialises once for all subscribers', () => {
    const { hub } = aHub();
    const frames: Uint8Array[] = [];
    hub.subscribe((frame) => frames.push(frame.bytes));
    hub.subscribe((frame) => frames.push(frame.bytes));
    hub.set([{ id: 'a', value: 1 }]);
    expect(frames[0]).toBe(frames[1]);
    expect(frames[2]).toBe(frames[3]);
  });

  it('tells a newcomer the present time, however long nothing has changed', () => {
    const tasks: (() => void)[] = [];
    let now = 1;
    const hub = new Hub<Row>({
      keyOf: (row) => row.id,
      snapshot: (rows) => ({ type: 'snapshot', now, rows }),
      delta: () => ({}),
      schedule: (_delayMs, task) => tasks.push(task),
      windowMs: 50,
    });
    hub.subscribe(() => undefined);
    tasks.splice(0).forEach((task) => task());
    now = 2;
    let seen: unknown;
    hub.subscribe((frame) => (seen = read(frame)));
    expect(seen).toEqual({ type: 'snapshot', now: 2, rows: [] });
  });

  it('a late subscriber plus deltas ends where an early one does', () => {
    const { hub, endWindow } = aHub();
    const states = [new Map<string, number>(), new Map<string, number>()];
    const follow = (state: Map<string, number>) =>
      hub.subscribe((frame) => {
        const message = read(frame);
        if (message.type === 'snapshot') state.clear();
        for (const row of message.rows ?? message.upserts ?? []) state.set(row.id, row.value);
        for (const id of message.removes ?? []) state.delete(id);
      });
    follow(states[0] as Map<string, number>);
    hub.set([
      { id: 'a', value: 1 },
      { id: 'b', value: 1 },
    ]);
    hub.set([{ id: 'b', value: 2 }]);
    follow(states[1] as Map<string, number>);
    hub.set([
      { id: 'b', value: 3 },
      { id: 'c', value: 1 },
    ]);
    endWindow();
    expect([...(states[1] as Map<string, number>)]).toEqual([...(states[0] as Map<string, number>)]);
  });

  it('keeps a message text on one data line, whatever the row contains', () => {
    const { hub } = aHub();
    let text = '';
    hub.subscribe((frame) => (text = new TextDecoder().decode(frame.bytes)));
    hub.set([{ id: 'a\ndata: {"type":"snapshot"}\r\n\n\u2028', value: 1 }]);
    expect(text.trimEnd().split(/[\n\r]/)).toHaveLength(1);
  });
});
