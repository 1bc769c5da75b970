import type { Clock } from '#lib/sandbox/clock.ts';
import type { Files } from './container-files.ts';
import type { ContainerView } from './container-view.ts';
import type { PodNetwork } from './network.ts';

/** What one exec session shares: the container, and what its shell remembers. */
export type Session = {
  readonly view: ContainerView;
  readonly files: Files;
  /** Written by commands since the container started; lost with it. */
  readonly scratch: Map<string, string>;
  readonly network: PodNetwork;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  env: Readonly<Record<string, string>>;
  cwd: string;
  lastCode: number;
};

export type Input = {
  /** The next line without its end; undefined at the end of the input. */
  line(): Promise<string | undefined>;
};

export type Io = {
  readonly stdin: Input;
  readonly out: (bytes: string | Uint8Array) => void;
  readonly err: (text: string) => void;
};

/** A program: answers its exit code. `argv[0]` is its name. */
export type Command = (argv: readonly string[], io: Io, session: Session) => number | Promise<number>;

export const NO_INPUT: Input = { line: () => Promise.resolve(undefined) };

export function textInput(text: string): Input {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return { line: () => Promise.resolve(lines.shift()) };
}

export async function readAll(input: Input): Promise<string> {
  let text = '';
  for (let line = await input.line(); line !== undefined; line = await input.line()) text += `${line}\n`;
  return text;
}

/** Resolves after `ms` on the sandbox's clock; rejects when the client leaves. */
export function pause({ clock, signal }: Session, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      cancel();
      reject(new Error('the client has left'));
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', leave);
      resolve();
    });
    signal.addEventListener('abort', leave, { once: true });
  });
}

export function absolute(path: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of `${path.startsWith('/') ? '' : cwd}/${path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export function readFile({ files, scratch }: Session, path: string): string | undefined {
  return scratch.get(path) ?? files.get(path);
}

/** Names in a directory, or undefined when there is none. */
export function readDirectory({ files, scratch }: Session, path: string): readonly string[] | undefined {
  const prefix = path === '/' ? '/' : `${path}/`;
  const below = [...files.keys(), ...scratch.keys()].filter((file) => file.startsWith(prefix));
  if (below.length === 0) return undefined;
  const names = below.map((file) => file.slice(prefix.length).split('/')[0] ?? '');
  return [...new Set(names)].filter((name) => name !== '').toSorted();
}
