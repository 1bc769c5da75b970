import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'lib',
          environment: 'node',
          include: ['{lib,scripts,app,e2e,bench}/**/*.test.ts'],
          exclude: [
            'lib/client/**',
            '**/*.kubectl.test.ts',
            '**/*.server.test.ts',
            '**/*.slow.test.ts',
            '**/*.cluster.test.ts',
            '**/node_modules/**',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'ui',
          environment: 'jsdom',
          include: ['components/**/*.test.{ts,tsx}', 'lib/client/**/*.test.{ts,tsx}'],
          setupFiles: ['./components/test-setup.ts'],
        },
      },
    ],
  },
});
