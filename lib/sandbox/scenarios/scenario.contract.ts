import { beforeAll, describe, expect, it } from 'vitest';
import { BACKFILL_MS } from '#lib/sandbox/create-sandbox.ts';
import { TEST_NOW, TestCluster } from '#lib/sandbox/test-cluster.ts';
import { MINUTE, SECOND, type Scenario } from './scenario.ts';
import { unfulfilled, unwell } from './story-check.ts';

/** A busy machine is no failure: virtual results are what counts. */
const PATIENCE_MS = 60_000;
const STORY_BEGINS_AT = TEST_NOW - BACKFILL_MS;

const firstStepMs = ({ script }: Scenario): number => Math.min(...script.map(({ afterMs }) => afterMs));

/** What every scenario keeps: alone, beside the others of its group, and played while somebody watches. */
export function describeScenarios(scenarios: readonly Scenario[]): void {
  describe.each(scenarios)('$id alone', (scenario) => {
    it(
      'begins well and ends as its story says',
      async () => {
        const quietMs = firstStepMs(scenario) - SECOND;
        const cluster = await TestCluster.start({
          contents: 'chosen',
          scenarios: [scenario.id],
          backfillMs: quietMs,
          endAt: STORY_BEGINS_AT + quietMs,
        });
        expect(unwell(cluster, scenario)).toEqual([]);
        await cluster.advance(BACKFILL_MS - quietMs);
        expect(cluster.now).toBe(TEST_NOW);
        expect(await unfulfilled(cluster, scenario)).toEqual([]);
        expect(cluster.errors).toEqual([]);
      },
      PATIENCE_MS,
    );

    it('breaks six to thirty-five minutes before now, after ten good ones if it ever was good', () => {
      const brokenMs = BACKFILL_MS - Math.max(...scenario.script.map(({ afterMs }) => afterMs));
      expect(brokenMs).toBeGreaterThanOrEqual(6 * MINUTE);
      expect(brokenMs).toBeLessThanOrEqual(35 * MINUTE);
      const isNew = !scenario.seed.some(({ metadata }) => metadata.name === scenario.expect.workload);
      if (!isNew) expect(firstStepMs(scenario)).toBeGreaterThan(11 * MINUTE);
    });
  });

  describe('all of them in one cluster', () => {
    const ids = scenarios.map(({ id }) => id);
    const together = () =>
      TestCluster.start({
        contents: 'chosen',
        scenarios: ids,
        backfillMs: BACKFILL_MS,
        endAt: TEST_NOW,
      });
    let cluster: TestCluster;
    beforeAll(async () => {
      cluster = await together();
    }, PATIENCE_MS);

    it.each(scenarios)('$id ends as it does alone', async (scenario) => {
      expect(await unfulfilled(cluster, scenario)).toEqual([]);
      expect(cluster.errors).toEqual([]);
    });

    it(
      'end the same, byte for byte, each time',
      async () => {
        const again = await together();
        const dumps = [cluster, again].map(({ sandbox }) => JSON.stringify(sandbox.server.journal.dump()));
        expect(dumps[0] === dumps[1]).toBe(true);
      },
      PATIENCE_MS,
    );
  });

  describe('played at run time', () => {
    let cluster: TestCluster;
    beforeAll(async () => {
      cluster = await TestCluster.start();
      for (const { id } of scenarios) await cluster.sandbox.simulation.play(id);
      await cluster.advance(10 * MINUTE);
    }, PATIENCE_MS);

    it.each(scenarios)('$id breaks at once', async (scenario) => {
      expect(await unfulfilled(cluster, scenario)).toEqual([]);
      expect(cluster.errors).toEqual([]);
    });
  });
}
