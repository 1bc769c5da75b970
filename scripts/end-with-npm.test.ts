import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';

const MODULE = join(import.meta.dirname, 'run', 'end-with-npm.mjs');
/** What npm starts: it says the shell's number, and would stay for ever. */
const PROGRAM = `import(${JSON.stringify(MODULE)}).then(({ endWithNpm }) => {
  endWithNpm();
  setInterval(() => {}, 1000);
  console.log(process.ppid);
});`;
/** As npm does it: a shell in between, which waits. */
const NPM = `require('node:child_process').spawn('sh', ['-c', '"$0" -e "$1"; true', process.execPath, process.argv[1]], { stdio: 'inherit' });`;

/** Starts npm's stand-in; the pipe closes when nothing of it is left. */
async function aRun() {
  const npm = spawn(process.execPath, ['-e', NPM, PROGRAM], {
    env: { ...process.env, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(npm.stdout), 'line')) as [string];
  const shell = Number(line);
  return { npm: npm.pid ?? 0, shell, gone: once(npm.stdout, 'close') };
}

describe('a run that npm started', () => {
  it.each(['npm', 'shell'] as const)('ends when its %s was killed', async (who) => {
    const run = await aRun();
    process.kill(run[who], 'SIGKILL');
    await expect(run.gone).resolves.toBeDefined();
  });
});
