import { defineConfig } from 'vitest/config';

/** Tests against a real control plane: they need Go once, minutes to build it, and `next build`. */
// A runner that is killed cannot end us, but its channel closes.
if (process.connected) process.once('disconnect', () => process.exit(1));
// Listening to it must not keep us from ending.
process.channel?.unref();

export default defineConfig({
  test: {
    name: 'cluster',
    environment: 'node',
    include: ['e2e/**/*.cluster.test.ts'],
    testTimeout: 180_000,
    // A cold build of the control plane on a small machine.
    hookTimeout: 1_500_000,
    // Each file has a control plane of its own, and waits for it most of the time.
    maxWorkers: 2,
  },
});
