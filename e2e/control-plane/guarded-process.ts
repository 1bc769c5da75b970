import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

export type GuardedProcess = {
  /** Settles when the program has ended, for whatever reason; with its last words. */
  readonly exited: Promise<string>;
  /** Settles at the same time; undefined when a signal ended it. */
  readonly code: Promise<number | undefined>;
  /** SIGTERM, then SIGKILL for what is left of its process group. */
  stop(): Promise<void>;
};

/**
 * The program takes the shell's place; a watcher beside it waits for the end of our pipe, which also comes when we are
 * killed, and then ends the program with its children (a compiler has some). Nothing is left behind in either case.
 */
const GUARD = 'exec 3<&0; (cat <&3 >/dev/null; kill -KILL -$$) & exec "$@" 3<&- </dev/null';

const STOP_MS = 10_000;

type Settings = { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv };

/** Starts a program in a process group of its own; what it says goes to the file `log`. */
export function startGuarded(
  command: readonly string[],
  log: string,
  settings: Settings = {},
): GuardedProcess {
  const output = openSync(log, 'a');
  const child = spawn('sh', ['-c', GUARD, 'guard', ...command], {
    ...settings,
    detached: true,
    stdio: ['pipe', output, output],
  });
  closeSync(output);
  // The pipe breaks when the program ends before us; that is seen by `exit`.
  child.stdin?.on('error', () => undefined);
  const ended = once(child, 'exit');
  const exited = ended.then(
    async ([code, signal]) => `${command[0]} ended (${code ?? signal}):\n${await tail(log)}`,
  );
  const code = ended.then(([status]) => (typeof status === 'number' ? status : undefined));
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // ESRCH: the group is gone.
    }
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    }
    kill('SIGKILL');
    child.stdin?.destroy();
  };
  return { exited, code, stop };
}

async function tail(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-15).join('\n');
}
