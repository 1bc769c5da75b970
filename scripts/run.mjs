// `npm start`, `npm run dev`, `npm test` and the rest begin here, on whatever Node (20 or newer) and npm the machine
// has, with nothing installed yet: this file and ./run/* import Node's own modules only.
import { clusterSuite } from './run/cluster-suite.mjs';
import { bench } from './run/bench.mjs';
import { e2e } from './run/e2e.mjs';
import { ensureBuilt } from './run/build.mjs';
import { endWithNpm } from './run/end-with-npm.mjs';
import { ensureInstalled } from './run/install.mjs';
import { FailedStep } from './run/progress.mjs';
import { exec, node24, SERVER_FLAGS, tool } from './run/processes.mjs';
import { check, test } from './run/suite.mjs';

const MAIN = 'lib/server/cli/main.ts';
/** Flags that are answered without starting anything; they need no build. */
const ANSWERS = new Set(['--help', '--version']);

const COMMANDS = {
  async start(args) {
    await ensureInstalled();
    if (!args.some((arg) => ANSWERS.has(arg))) await ensureBuilt();
    return exec(node24(), [...SERVER_FLAGS, MAIN, ...args], { env: { NODE_ENV: 'production' } });
  },
  async dev(args) {
    await ensureInstalled();
    const source = args.some((arg) => /^--(kubeconfig|context|sandbox|scenario)\b/.test(arg))
      ? []
      : ['--sandbox'];
    // Restarts when the server's own code changes; pages are refreshed by Next itself. Plain `--watch` would also follow
    // what Next writes while it compiles, and never come to rest.
    const watch = ['--watch-path=lib', '--watch-preserve-output'];
    return exec(node24(), [...SERVER_FLAGS, ...watch, MAIN, '--dev', ...source, ...args], {
      env: { NODE_ENV: 'development' },
    });
  },
  async sandbox(args) {
    await ensureInstalled();
    // It runs until its stdin ends, and we hold the other end: it cannot outlive us.
    return exec(node24(), ['lib/sandbox/main.ts', ...args], { stdin: 'pipe' });
  },
  async diagnose(args) {
    await ensureInstalled();
    return exec(node24(), ['lib/server/cli/diagnose.ts', ...args]);
  },
  async score(args) {
    await ensureInstalled();
    return exec(node24(), ['lib/server/cli/score.ts', ...args]);
  },
  async bench(args) {
    await ensureInstalled();
    return bench(args);
  },
  async cluster(args) {
    await ensureInstalled();
    return exec(node24(), ['e2e/control-plane/main.ts', ...args]);
  },
  async 'test:cluster'(args) {
    await ensureInstalled();
    return clusterSuite(args);
  },
  async test() {
    await ensureInstalled();
    return test();
  },
  async check() {
    await ensureInstalled();
    return check();
  },
  async e2e(args) {
    await ensureInstalled();
    await ensureBuilt();
    return e2e(args);
  },
  async soak(args) {
    await ensureInstalled();
    // A week of the sandbox, and all of its scenarios at once: tests, but longer than anybody waits for.
    if (args[0] === 'sandbox') {
      return exec(node24(), [
        tool('vitest/vitest.mjs'),
        'run',
        '--config=vitest.slow.config.ts',
        '--project=long',
        ...args.slice(1),
      ]);
    }
    return exec(node24(), ['e2e/faults/soak.ts', ...args]);
  },
  async screenshots() {
    await ensureInstalled();
    await ensureBuilt();
    return exec(node24(), ['e2e/screenshots.ts']);
  },
};

const [name = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(COMMANDS, name)) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(COMMANDS).join('|')}`);
  process.exit(2);
}
endWithNpm();
try {
  process.exitCode = await COMMANDS[name](args);
} catch (error) {
  if (!(error instanceof FailedStep)) throw error;
  console.error(`uncrash: ${error.message}`);
  process.exitCode = 1;
}
