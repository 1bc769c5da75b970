import AxeBuilder from '@axe-core/playwright';
import { test as base, expect } from '@playwright/test';
import { openStage } from './open-stage.ts';
import type { App } from './processes.ts';
import type { Stage, StagedCluster, StageName } from './stage.ts';

type ClusterOptions = {
  /** Scenarios of the file; '' plays none. */
  scenarios: string;
};
type ClusterFixtures = { cluster: StagedCluster };
type WorkerFixtures = { stageName: StageName; stage: Stage };

/** For tests that start the product their own way on a cluster they may break things in. */
export const clusterTest = base.extend<ClusterFixtures & ClusterOptions, WorkerFixtures>({
  stageName: ['sandbox', { option: true, scope: 'worker' }],
  stage: [
    async ({ stageName }, provide) => {
      const stage = await openStage(stageName);
      await provide(stage);
      await stage.stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  scenarios: ['', { option: true }],
  cluster: async ({ stage, scenarios }, provide) => {
    const cluster = await stage.startCluster(scenarios);
    await provide(cluster);
    await cluster.stop();
  },
});

type Options = {
  /** Further flags of the product. */
  flags: string;
};
type Fixtures = {
  /** The product on a cluster with the scenarios; pages are its own. */
  app: App;
  /** Fails the test with the list of violations. */
  expectAccessible: () => Promise<void>;
};

/** Every test gets its own product, with a cluster it may break things in. */
export const test = clusterTest.extend<Fixtures & Options>({
  flags: ['', { option: true }],

  app: async ({ stage, scenarios, flags }, provide) => {
    const app = await stage.startApp(
      scenarios,
      flags.split(' ').filter((flag) => flag !== ''),
    );
    await provide(app);
    await app.stop();
  },

  baseURL: async ({ app }, provide) => provide(app.url),

  expectAccessible: async ({ page }, provide) => {
    await provide(async () => {
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
        .analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`),
      ).toEqual([]);
    });
  },
});

export { expect };
