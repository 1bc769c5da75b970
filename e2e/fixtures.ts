import AxeBuilder from '@axe-core/playwright';
import { test as base, expect } from '@playwright/test';
import { type App, startApp } from './processes.ts';

type Options = {
  /** Sandbox scenarios of the file; '' plays the healthy fleet only. */
  scenarios: string;
};

type Fixtures = {
  app: App;
  /** Fails the test with the list of violations. */
  expectAccessible: () => Promise<void>;
};

/** Every test gets its own product with its own sandbox cluster, so tests may break things. */
export const test = base.extend<Fixtures & Options>({
  scenarios: ['', { option: true }],

  app: async ({ scenarios }, provide) => {
    const app = await startApp(['--sandbox', '--scenario', scenarios || 'healthy']);
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
