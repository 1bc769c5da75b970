import { defineConfig } from 'vitest/config';

/** Tests that start real processes, the product itself (needs `next build`) and kubectl, or live for virtual weeks. */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'server', environment: 'node', include: ['lib/**/*.server.test.ts'] },
      },
      { extends: true, test: { name: 'long', environment: 'node', include: ['lib/**/*.slow.test.ts'] } },
      {
        extends: true,
        test: { name: 'kubectl', environment: 'node', include: ['lib/**/*.kubectl.test.ts'] },
      },
    ],
  },
});
