import fc from 'fast-check';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { Pod } from '#lib/model/pod.ts';
import { createFakeClock } from '#lib/testing/fake-clock.ts';
import { brokenSocket, createFakeConnection, type Script } from '#lib/testing/fake-connection.ts';
import {
  bookmark,
  failure,
  initialEventsEnd,
  line,
  pod,
  podList,
  START,
  status,
} from '#lib/testing/pod-informer.ts';
import { createInformer } from './informer.ts';
import { KINDS } from './kinds.ts';
import { ASKING_SECONDS } from './quiet-watch.ts';
import { createValueHash } from './to-model/value-hash.ts';

type Step =
  | { readonly do: 'write' | 'delete'; readonly name: string }
  | { readonly do: 'recreate'; readonly name: string }
  | {
      readonly do:
        'bookmark' | 'close' | 'cut' | 'cut-mid-line' | 'garbage' | 'expire' | 'expire-event' | 'wait';
    }
  | { readonly do: 'refuse'; readonly code: number; readonly times: number };

const names = fc.constantFrom('a', 'b', 'c', 'd');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('write', 'delete', 'recreate'), name: names }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'bookmark',
        'close',
        'cut',
        'cut-mid-line',
        'garbage',
        'expire',
        'expire-event',
        'wait',
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('refuse' as const),
      code: fc.constantFrom(0, 401, 403, 429, 500, 502, 503),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
);

type Stored = { readonly version: number; readonly uid: string };

/**
 * A small API server with a journal; two objects per page, so that lists are cut by changes and expiry. `streamsLists`: it
 * knows initial events.
 */
function createServer(streamsLists: boolean) {
  const objects = new Map<string, Stored>();
  const journal: { readonly version: number; readonly text: string }[] = [];
  const pages = new Map<string, readonly object[]>();
  let version = 100;
  let oldest = 100;
  let uids = 0;
  let watch: PassThrough | undefined;
  let refusals: { readonly code: number; times: number } | undefined;

  const wire = (name: string, { version: at, uid }: Stored) => pod(name, String(at), { uid });
  const record = (type: string, name: string, stored: Stored) => {
    const text = line(type, wire(name, stored));
    journal.push({ version: stored.version, text });
    watch?.write(text);
  };
  const refusal = (): Script | undefined => {
    if (!refusals || refusals.times-- <= 0) return undefined;
    if (refusals.code === 0) return brokenSocket();
    return refusals.code === 502
      ? { status: 502, body: '<html>' }
      : failure(refusals.code, refusals.code === 403 ? 'Forbidden' : 'Other');
  };
  const page = (items: readonly object[], at: string): Script => {
    if (items.length <= 2) return podList(at, items);
    const token = `${at}-${items.length}`;
    pages.set(token, items.slice(2));
    return podList(at, items.slice(0, 2), token);
  };

  return {
    objects,
    answer(query: Readonly<Record<string, string>>): Script {
      const refused = refusal();
      if (refused) return refused;
      if (query['watch'] === undefined) {
        const token = query['continue'];
        if (token === undefined)
          return page(
            [...objects].map(([name, stored]) => wire(name, stored)),
            String(version),
          );
        const rest = pages.get(token);
        return rest ? page(rest, token.split('-')[0] ?? '') : failure(410, 'Expired');
      }
      if (query['sendInitialEvents'] !== undefined) {
        if (!streamsLists) return failure(422, 'Invalid');
        watch = new PassThrough();
        for (const [name, stored] of objects) watch.write(line('ADDED', wire(name, stored)));
        watch.write(initialEventsEnd(String(version)));
        return { body: watch };
      }
      const from = Number(query['resourceVersion']);
      if (from < oldest) return failure(410, 'Expired');
      const missed = journal.filter((entry) => entry.version > from).map(({ text }) => text);
      const stream = new PassThrough();
      for (const text of missed) stream.write(text);
      if (query['timeoutSeconds'] === String(ASKING_SECONDS))
        return { body: stream.end(bookmark(String(version))) };
      watch = stream;
      return { body: watch };
    },
    play(next: Step) {
      if ('name' in next) {
        const old = objects.get(next.name);
        if (next.do !== 'write' && old) {
          objects.delete(next.name);
          record('DELETED', next.name, { ...old, version: ++version });
        }
        if (next.do === 'delete') return;
        const stored = { version: ++version, uid: (next.do === 'write' && old?.uid) || `uid-${++uids}` };
        objects.set(next.name, stored);
        record(next.do === 'write' && old ? 'MODIFIED' : 'ADDED', next.name, stored);
      } else if (next.do === 'refuse') refusals = { ...next };
      else this.disturb(next.do);
    },
    disturb(what: string) {
      if (what === 'bookmark') watch?.write(bookmark(String(version)));
      if (what === 'close') watch?.end();
      if (what === 'cut') watch?.destroy(brokenSocket());
      if (what === 'cut-mid-line') {
        watch?.write(line('ADDED', wire('torn', { version: version + 1, uid: 'torn' })).slice(0, 50));
        watch?.destroy(brokenSocket());
      }
      if (what === 'garbage') watch?.write('{"type":"ADDED","object":{"metadata":\n');
      if (what === 'expire' || what === 'expire-event') {
        oldest = version;
        pages.clear();
        watch?.end(what === 'expire-event' ? line('ERROR', status(410, 'Expired')) : undefined);
      }
      if (what !== 'bookmark' && what !== 'wait') watch = undefined;
    },
    heal() {
      refusals = undefined;
    },
  };
}

it('R1: any schedule of writes and faults ends with the cache equal to the server', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 25 }),
      fc.boolean(),
      async (steps, streams) => {
        const server = createServer(streams);
        for (const name of ['a', 'b', 'c']) server.play({ do: 'write', name });
        const clock = createFakeClock(START);
        const replayed = new Map<string, string>();
        const informer = createInformer<Pod>({
          kind: KINDS.pods,
          connection: createFakeConnection(({ query }) => server.answer(query)),
          clock,
          random: () => 0.5,
          hash: createValueHash(Buffer.from('k')),
          report: () => undefined,
          onState: () => undefined,
          onChanges: (changes) => {
            for (const { type, object } of changes) {
              if (type === 'deleted') replayed.delete(object.meta.name);
              else replayed.set(object.meta.name, `${object.meta.uid}@${object.meta.resourceVersion}`);
            }
          },
        });
        const stop = new AbortController();
        const ended = informer.run(stop.signal);
        for (const next of steps) {
          server.play(next);
          if (next.do === 'wait') await clock.advance(3_000);
          else await clock.settle();
        }
        server.heal();
        // Longer than any back-off or probe, with the bookmarks a quiet API server sends.
        for (let n = 0; n < 5; n++) {
          await clock.advance(30_000);
          server.disturb('bookmark');
        }
        await clock.settle();
        const expected = [...server.objects]
          .map(([name, { uid, version }]) => [name, `${uid}@${version}`])
          .toSorted();
        const held = informer.lister
          .list()
          .map(({ meta }) => [meta.name, `${meta.uid}@${meta.resourceVersion}`])
          .toSorted();
        expect(held).toEqual(expected);
        expect([...replayed].toSorted()).toEqual(expected);
        expect(informer.state().state).toBe('live');
        stop.abort();
        await ended;
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);
