import { fstatSync } from 'node:fs';
import { join } from 'node:path';
import { createGuardedFolder } from './guarded-folder.ts';
import { DEFAULT_SCENARIOS, SCENARIOS } from './scenarios/catalog.ts';
import { USAGE, UsageError, parseSandboxOptions } from './options.ts';
import { serveSandbox } from './serve-sandbox.ts';
import { wallClock } from './wall-clock.ts';

const SAVE_EVERY_MS = 10_000;

await run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(error instanceof UsageError || error instanceof RangeError ? 2 : 1);
});

/** The sandbox as a process of its own: starts everything, says where it is, runs until told or orphaned. */
async function run(): Promise<void> {
  const options = parseSandboxOptions(process.argv.slice(2));
  if (options === 'help' || options === 'list') {
    process.stdout.write(options === 'help' ? USAGE : scenarioList());
    return;
  }
  const { port, seed, state, pods } = options;
  // It holds tokens: nothing of it is left, however this ends. A file that was asked for stays.
  const folder = options.kubeconfig === undefined ? await createGuardedFolder('uncrash-sandbox-') : undefined;
  const kubeconfig = options.kubeconfig ?? join(folder?.path ?? '', 'kubeconfig');
  const chosen = options.scenarios ?? DEFAULT_SCENARIOS.map(({ id }) => id);
  const scenarios = chosen.includes('all') ? SCENARIOS.map(({ id }) => id) : chosen;
  const report = (error: unknown): void => console.error(error);
  const sandbox = await serveSandbox({ port, seed, state, pods, kubeconfig, scenarios, wallClock, report });
  const saving = setInterval(() => void sandbox.save().catch(report), SAVE_EVERY_MS);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    clearInterval(saving);
    await sandbox.close().catch(report);
    await folder?.remove();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
  stopWithParent(() => void stop());

  console.log(`kubeconfig: ${kubeconfig}`);
  console.log(JSON.stringify({ event: 'ready', kubeconfig, server: sandbox.url }));
}

/** One a line; those of a sandbox nobody gave another wish come first. */
function scenarioList(): string {
  const width = Math.max(...SCENARIOS.map(({ id }) => id.length));
  return SCENARIOS.map(({ id, title }) => `${id.padEnd(width)}  ${title}\n`).join('');
}

/**
 * A parent that is killed cannot stop its child, but its end of our stdin closes. Only a pipe or socket has
 * such an end: a terminal, a file or /dev/null says nothing about anybody.
 */
function stopWithParent(stop: () => void): void {
  const stdin = fstatSync(0);
  if (!stdin.isFIFO() && !stdin.isSocket()) return;
  process.stdin.on('end', stop);
  process.stdin.on('error', stop);
  process.stdin.resume();
}
