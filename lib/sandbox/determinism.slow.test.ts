import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { BACKFILL_MS } from './create-sandbox.ts';
import { SCENARIOS } from './scenarios/catalog.ts';
import { unseen } from './scenarios/seen.fixture.ts';
import { unfulfilled } from './scenarios/story-check.ts';
import { TEST_NOW, TestCluster } from './test-cluster.ts';

const PATIENCE_MS = 600_000;

const everything = (seed: string) =>
  TestCluster.start({
    seed,
    contents: 'everything',
    scenarios: SCENARIOS.map(({ id }) => id),
    backfillMs: BACKFILL_MS,
    endAt: TEST_NOW,
  });

/** One hash per kind: a difference is then named. */
const hashes = ({ sandbox }: TestCluster): Record<string, string> =>
  Object.fromEntries(
    Object.entries(sandbox.server.journal.dump().objects).map(([kind, objects]) => [
      kind,
      createHash('sha256').update(JSON.stringify(objects)).digest('hex').slice(0, 16),
    ]),
  );

it(
  'all scenarios at once make the same cluster from the same seed, object for object',
  async () => {
    const [one, again] = [await everything('a'), await everything('a')];
    expect(hashes(again)).toEqual(hashes(one));
    expect(again.sandbox.server.journal.revision).toBe(one.sandbox.server.journal.revision);
    const other = await everything('b');
    expect(hashes(other).pods).not.toBe(hashes(one).pods);
  },
  PATIENCE_MS,
);

it(
  'all scenarios at once end as each does alone, and meet no error',
  async () => {
    const cluster = await everything('together');
    const missing: Record<string, readonly string[]> = {};
    for (const scenario of SCENARIOS) {
      const isSeen = scenario.expect.sights === undefined ? unfulfilled : unseen;
      const found = await isSeen(cluster, scenario);
      if (found.length > 0) missing[scenario.id] = found;
    }
    expect(missing).toEqual({});
    expect(cluster.errors).toEqual([]);
  },
  PATIENCE_MS,
);
