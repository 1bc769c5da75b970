import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGuardedFolder } from '#lib/sandbox/guarded-folder.ts';
import { SERVER_FLAGS } from '../scripts/run/processes.mjs';

const ROOT = join(import.meta.dirname, '..');

/** A child of the test run that is ready, and is gone after `stop()`. */
export type Running = {
  readonly line: string;
  /** Everything it wrote so far. */
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

/** Starts a program and resolves with the first stdout line that `isReady` accepts. */
async function start(
  args: readonly string[],
  isReady: (line: string) => boolean,
  env: Record<string, string> = {},
): Promise<Running> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env, NODE_OPTIONS: '' },
    // The channel and stdin close when we are killed: the product goes by the one, the sandbox by the other.
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  });
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('a pipe was asked for');
  const output: string[] = [];
  for (const stream of [stdout, stderr]) {
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  }
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: stdout }).on('line', (text) => {
      if (isReady(text)) resolve(text);
    });
    child.once('exit', (code) =>
      reject(new Error(`${args.join(' ')} exited with ${code}: ${output.join('')}`)),
    );
  });
  return { line, output: () => output.join(''), stop: (signal = 'SIGTERM') => stop(child, signal) };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

export type App = Running & { readonly url: string };

/**
 * The product itself, as `npm start` runs it once it is built; in a home of its own unless the kubeconfig's credentials
 * may be found in the user's.
 */
export async function startApp(flags: readonly string[], { ownHome = true } = {}): Promise<App> {
  const home = await createGuardedFolder('uncrash-e2e-');
  const running = await start(
    [...SERVER_FLAGS, 'lib/server/cli/main.ts', '--port', '0', ...flags],
    (line) => /http:\/\/127\.0\.0\.1:\d+/.test(line),
    { NODE_ENV: 'production', ...(ownHome && { HOME: home.path, KUBECONFIG: '' }) },
  );
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(running.line)?.[0] ?? '';
  return {
    ...running,
    url,
    stop: async (signal) => {
      await running.stop(signal);
      await home.remove();
    },
  };
}

export type Sandbox = Running & { readonly kubeconfig: string; readonly server: string };

/** The sandbox cluster alone, as `npm run sandbox` runs it. */
export async function startSandbox(flags: readonly string[]): Promise<Sandbox> {
  const running = await start(['lib/sandbox/main.ts', ...flags], (line) => line.includes('"event":"ready"'));
  const ready = JSON.parse(running.line) as { kubeconfig: string; server: string };
  return { ...running, kubeconfig: ready.kubeconfig, server: ready.server };
}
