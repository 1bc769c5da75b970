import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { withCensus } from './census.fixture.ts';
import { BACKFILL_MS } from './create-sandbox.ts';
import { DEFAULT_SCENARIOS } from './scenarios/catalog.ts';
import { TestCluster } from './test-cluster.ts';

const DAY_MS = 24 * 3_600_000;
const MB = 1_000_000;
/** A virtual day takes half a minute; on a busy machine several times that. */
const PATIENCE_MS = 3_600_000;
/** Entries of the journal wait to be trimmed in one go, a quarter of its limit. */
const JOURNAL_LIMIT = 25_000;
const HEAP_NOISE = 12 * MB;

/** Finished Jobs of a CronJob are kept up to its limits, so that the count of a nightly one grows for three days. */
const settledOn = 4;

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

it(
  'a week of the whole sandbox leaves nothing behind',
  async () => {
    const { made: cluster, census } = await withCensus(() =>
      TestCluster.start({
        contents: 'everything',
        scenarios: DEFAULT_SCENARIOS.map(({ id }) => id),
        backfillMs: BACKFILL_MS,
      }),
    );
    const { journal } = cluster.sandbox.server;
    const objects = () =>
      Object.fromEntries(Object.entries(journal.dump().objects).map(([kind, all]) => [kind, all.length]));
    const counted: {
      readonly collections: Record<string, number>;
      readonly objects: Record<string, number>;
      readonly heap: number;
    }[] = [];
    for (let day = 1; day <= 7; day++) {
      await cluster.advance(DAY_MS);
      const heap = heapUsed();
      counted.push({ collections: census(), objects: objects(), heap });
      process.stdout.write(
        `day ${day}: heap ${(heap / MB).toFixed(1)} MB, ${journal.length} entries in the journal\n`,
      );
      expect(journal.length).toBeLessThanOrEqual(JOURNAL_LIMIT);
    }
    const second = counted[1];
    const settled = counted[settledOn - 1];
    const last = counted[6];
    if (!second || !settled || !last) throw new Error('A week has seven days.');
    const { events: eventsThen = 0, ...objectsThen } = settled.objects;
    const { events: eventsNow = 0, ...objectsNow } = last.objects;
    expect(objectsNow).toEqual(objectsThen);
    expect(Math.abs(eventsNow - eventsThen)).toBeLessThan(20);
    const grown = Object.entries(last.collections).filter(
      ([madeAt, size]) =>
        size > (second.collections[madeAt] ?? 0) + allowance(second.collections[madeAt] ?? 0),
    );
    expect(grown).toEqual([]);
    expect(last.heap - second.heap).toBeLessThan(HEAP_NOISE);
    expect(cluster.errors).toEqual([]);
  },
  PATIENCE_MS,
);

/** Three more Jobs and their Pods since the second day, or a few more events at the moment of looking. */
const allowance = (before: number): number => Math.max(20, before * 0.02);
