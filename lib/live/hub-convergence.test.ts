import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Feed } from './hub.ts';
import { aHub, ReaderState } from './hub.fixture.ts';

const READERS = 3;
const reader = fc.nat({ max: READERS - 1 });
const rowSet = fc.uniqueArray(
  fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.nat({ max: 3 }) }),
  {
    selector: ({ id }) => id,
  },
);
const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), rows: rowSet }),
  fc.record({ do: fc.constant('broadcast' as const) }),
  fc.record({ do: fc.constant('endWindow' as const) }),
  fc.record({ do: fc.constant('restart' as const) }),
  fc.record({ do: fc.constant('connect' as const), reader }),
  fc.record({ do: fc.constant('disconnect' as const), reader }),
  fc.record({ do: fc.constant('forget' as const), reader }),
  fc.record({ do: fc.constant('read' as const), reader, frames: fc.integer({ min: 1, max: 3 }) }),
);

type Reader = { state: ReaderState; feed?: Feed };

/** Reads at most so many frames: a slow reader stops somewhere in between. */
function take({ state, feed }: Reader, frames = Infinity): void {
  for (let taken = 0; taken < frames; taken++) {
    const frame = feed?.next();
    if (!frame) return;
    state.take(frame);
  }
}

it('any sequence of changes, pauses, losses, returns and restarts ends where a fresh snapshot does', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 60, max: 1_000 }),
      (steps, ringBytes) => {
        let epoch = 0;
        let cluster = aHub({ epoch: `e${epoch}`, ringBytes });
        const readers: Reader[] = Array.from({ length: READERS }, () => ({ state: new ReaderState() }));
        const connect = (one: Reader) => {
          const { lastEventId } = one.state;
          one.feed ??= cluster.hub.subscribe({ onNews: () => undefined, lastEventId });
        };
        const disconnect = (one: Reader) => {
          one.feed?.close();
          one.feed = undefined;
        };
        for (const next of steps) {
          const one = readers['reader' in next ? next.reader : 0] as Reader;
          if (next.do === 'set') cluster.hub.set(next.rows);
          if (next.do === 'broadcast') cluster.hub.broadcast({ type: 'note', text: 'x' });
          if (next.do === 'endWindow') cluster.endWindow();
          if (next.do === 'connect') connect(one);
          if (next.do === 'disconnect') disconnect(one);
          if (next.do === 'read') take(one, next.frames);
          if (next.do === 'forget') {
            disconnect(one);
            one.state = new ReaderState();
          }
          if (next.do === 'restart') {
            const rows = cluster.hub.rows();
            readers.forEach(disconnect);
            cluster = aHub({ epoch: `e${++epoch}`, ringBytes });
            cluster.hub.set(rows);
          }
        }
        readers.forEach(connect);
        cluster.endWindow();
        cluster.endWindow();
        for (const one of readers) take(one);
        const expected = new Map(cluster.hub.rows().map(({ id, value }) => [id, value]));
        for (const { state } of readers) expect(new Map(state.rows)).toEqual(expected);
      },
    ),
    { numRuns: 1_000 },
  );
});
