import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { FailedStep, progress } from './progress.mjs';

export const ROOT = join(import.meta.dirname ?? new URL('..', import.meta.url).pathname, '..', '..');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * What the product runs with. Left alone, V8 lets the space of young objects grow to 134 MB while 50,000 pods are read, and
 * keeps it: more than what is held of them. With 8 MB for each half reading takes no more time.
 */
export const SERVER_FLAGS = ['--max-semi-space-size=8'];

/** The Node 24 that the `node` package brought, or this one if it is new enough. */
export function node24() {
  const own = ownNode();
  if (own) return own;
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 24) return process.execPath;
  throw new FailedStep(
    `Node 24 is missing: the package "node" has no binary for ${process.platform} ${process.arch}, or its install script was not run (npm rebuild node)`,
  );
}

export function ownNode() {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  return [join(ROOT, 'node_modules', 'node', 'bin', binary)].find((path) => existsSync(path));
}

/** A program of a package, to be run by `node24()`: no shell, no .cmd files. */
export const tool = (path) => join(ROOT, 'node_modules', path);

function environment(extra = {}) {
  const paths = [join(ROOT, 'node_modules', 'node', 'bin'), join(ROOT, 'node_modules', '.bin')];
  const PATH = [...paths, process.env.PATH ?? process.env.Path ?? ''].join(delimiter);
  return { ...process.env, NEXT_TELEMETRY_DISABLED: '1', PATH, ...extra };
}

/**
 * Runs a program in the foreground and resolves with its exit code. Signals are passed on. The extra channel lets the
 * program notice that this launcher is gone, even when it was killed. What a program with `heldOutput` says is shown when
 * it has ended: another one is talking meanwhile.
 */
export function exec(command, args, { env, stdin = 'inherit', heldOutput = false } = {}) {
  const output = heldOutput ? 'pipe' : 'inherit';
  const child = spawn(command, args, {
    cwd: ROOT,
    env: environment(env),
    stdio: [stdin, output, output, 'ipc'],
  });
  const held = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => held.push(chunk));
  const stopForwarding = forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new FailedStep(`cannot run ${command}: ${error.message}`)));
    // 'close', not 'exit', when there is something to hold: all of it has arrived by then.
    child.once(heldOutput ? 'close' : 'exit', (code, signal) => {
      stopForwarding();
      for (const chunk of held) process.stdout.write(chunk);
      resolve(code ?? 128 + (signalNumber(signal) ?? 0));
    });
  });
}

/**
 * Runs a step whose output matters only when it fails, under a progress line.
 * @throws FailedStep with the output shown.
 */
export async function step(what, command, args, { env, shell = false } = {}) {
  const done = progress(what);
  const { code, output } = await capture(command, args, { env, shell });
  done(code === 0 ? 'done' : 'failed');
  if (code === 0) return;
  process.stderr.write(output);
  throw new FailedStep(`${what} failed`);
}

export function capture(command, args, { env, shell = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      shell,
    });
    const stopForwarding = forwardSignals(child, true);
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.once('error', (error) => resolve({ code: 127, output: `${error.message}\n` }));
    child.once('close', (code) => {
      stopForwarding();
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() });
    });
  });
}

let received;
/** The exit code of a run that was told to stop: what comes next must not be begun. */
export const interruptedWith = () => received && 128 + signalNumber(received);

function forwardSignals(child, thenExit = false) {
  const handlers = SIGNALS.map((signal) => {
    const handler = () => {
      received = signal;
      child.kill(signal);
      if (thenExit) process.exit(128 + signalNumber(signal));
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  return () => handlers.forEach(([signal, handler]) => process.off(signal, handler));
}

const signalNumber = (signal) => ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 })[signal];
