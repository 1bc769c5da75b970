import { defineConfig } from 'vitest/config';

// A runner that is killed cannot end us, but its channel closes; listening to it must not keep us from ending.
if (process.connected) process.once('disconnect', () => process.exit(1));
process.channel?.unref();

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
