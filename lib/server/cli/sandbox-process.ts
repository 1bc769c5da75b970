import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { StartError } from './start-error.ts';

/** The one line of JSON the sandbox prints when its API server answers. */
const ReadyLine = z.object({ event: z.literal('ready'), kubeconfig: z.string(), server: z.string() });

export type SandboxProcess = {
  /** Path of the kubeconfig the sandbox wrote. */
  readonly kubeconfig: string;
  readonly server: string;
  /** Resolves when the child has ended, with its exit code; undefined when it was stopped by us. */
  readonly ended: Promise<number | undefined>;
  stop(): Promise<void>;
};

export type SandboxOptions = {
  readonly scenarios: readonly string[];
  /** Told what the child says on stderr, line by line. */
  readonly onLine: (line: string) => void;
  /** The program to run; replaced by tests. */
  readonly program?: string;
  readonly readyWithinMs?: number;
};

const PROGRAM = join(import.meta.dirname, '..', '..', 'sandbox', 'main.ts');

/**
 * Starts the sandbox cluster as a child process. It holds the write end of the child's stdin and never writes: when
 * this process goes, however it goes, the child reads end-of-file and ends too. It is never restarted: a cluster that
 * silently lost its state would look like a miracle.
 * @throws StartError when it ends or stays silent before it is ready.
 */
export async function startSandboxProcess(options: SandboxOptions): Promise<SandboxProcess> {
  const scenario = options.scenarios.length > 0 ? ['--scenario', options.scenarios.join(',')] : [];
  const child = spawn(process.execPath, [options.program ?? PROGRAM, ...scenario], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // In a group of its own: Ctrl-C in the terminal is for us, and we end the child after its streams are closed.
    detached: process.platform !== 'win32',
  });
  // Writing is never attempted; a child that is gone must not end us by EPIPE.
  child.stdin.on('error', () => undefined);
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (said.length > 20) said.shift();
    options.onLine(line);
  });
  const stopped = { byUs: false };
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('exit', (code) => resolve(stopped.byUs ? undefined : (code ?? 1)));
    child.once('error', () => resolve(1));
  });
  const stop = () => {
    stopped.byUs = true;
    return end(child, ended);
  };
  try {
    const { kubeconfig, server } = await whenReady(child, said, options.readyWithinMs ?? 60_000);
    return { kubeconfig, server, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function whenReady(
  child: ChildProcess & { stdout: NodeJS.ReadableStream },
  said: readonly string[],
  withinMs: number,
): Promise<z.infer<typeof ReadyLine>> {
  return new Promise((resolve, reject) => {
    const fail = (message: string) => reject(new StartError(message));
    const timer = setTimeout(() => fail(`the sandbox was not ready after ${withinMs / 1000} s`), withinMs);
    child.once('error', (error) => fail(`the sandbox cannot be started: ${error.message}`));
    // 'close', not 'exit': what it said on stderr has arrived by then.
    child.once('close', (code) => {
      clearTimeout(timer);
      fail(lastWords(said) ?? `the sandbox ended with code ${code} before it was ready`);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = ReadyLine.safeParse(parseJson(line));
      if (!ready.success) return;
      clearTimeout(timer);
      resolve(ready.data);
    });
  });
}

/** A refusal of the sandbox ("unknown scenario ...") is one line; a crash ends in many and is told by its code. */
const lastWords = (said: readonly string[]) =>
  said.length === 1 ? said[0]?.replace(/^(uncrash|sandbox)[ \w]*: /, '') : undefined;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const END_GRACE_MS = 1_000;

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.stdin?.end();
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), END_GRACE_MS);
  await ended;
  clearTimeout(kill);
}
