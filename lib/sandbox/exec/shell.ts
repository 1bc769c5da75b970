import { COMMANDS } from './commands.ts';
import type { Io, Session } from './session.ts';
import { absolute, readDirectory, readFile, textInput } from './session.ts';
import type { Redirection, Simple, Step } from './shell-syntax.ts';
import { expandedWord, parseScript, ShellSyntaxError } from './shell-syntax.ts';

const SHELLS = new Set(['sh', 'ash', 'bash']);

/** `exit` was called. */
class ShellExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super('exit');
    this.code = code;
  }
}

/** Runs a script such as `sh -c` takes. Answers its exit code. */
export async function runScript(text: string, io: Io, session: Session): Promise<number> {
  try {
    return await runSteps(text, io, session);
  } catch (error) {
    if (error instanceof ShellExit) return error.code;
    throw error;
  }
}

/** A shell that reads its commands from the input; with a terminal it prompts and repeats what is typed. */
export async function runInteractive(io: Io, session: Session, prompts: boolean): Promise<number> {
  const prompt = (): void => {
    if (prompts) io.out(`${session.cwd} ${session.view.user.uid === 0 ? '#' : '$'} `);
  };
  try {
    prompt();
    for (let line = await io.stdin.line(); line !== undefined; line = await io.stdin.line()) {
      session.lastCode = await runSteps(line, io, session);
      prompt();
    }
    if (prompts) io.out('\n');
    return session.lastCode;
  } catch (error) {
    if (error instanceof ShellExit) return error.code;
    throw error;
  }
}

async function runSteps(text: string, io: Io, session: Session): Promise<number> {
  let steps: readonly Step[];
  try {
    steps = parseScript(text);
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    io.err(`sh: ${error.message}\n`);
    return 2;
  }
  let code = 0;
  for (const { after, pipeline } of steps) {
    if ((after === '&&' && code !== 0) || (after === '||' && code === 0)) continue;
    code = await runPipeline(pipeline, io, session);
    session.lastCode = code;
  }
  return code;
}

/** Each command has ended before the next begins; the code is the last one's. */
async function runPipeline(pipeline: readonly Simple[], io: Io, session: Session): Promise<number> {
  let { stdin } = io;
  let code = 0;
  for (const [index, simple] of pipeline.entries()) {
    const isLast = index === pipeline.length - 1;
    const piped: string[] = [];
    const out = isLast ? io.out : (bytes: string | Uint8Array) => void piped.push(bytes.toString());
    code = await runSimple(simple, { ...io, stdin, out }, session);
    stdin = textInput(piped.join(''));
  }
  return code;
}

async function runSimple({ words, redirections }: Simple, io: Io, session: Session): Promise<number> {
  const valueOf = (name: string): string =>
    name === '?' ? String(session.lastCode) : (session.env[name] ?? '');
  const argv = words.flatMap((word) => expandedWord(word, valueOf));
  const redirected = withRedirections(redirections, { io, session, valueOf });
  const assignments = argv.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const settings = Object.fromEntries(
    argv.slice(0, assignments === -1 ? argv.length : assignments).map((word) => split(word)),
  );
  const rest = assignments === -1 ? [] : argv.slice(assignments);
  if (rest.length === 0) {
    session.env = { ...session.env, ...settings };
    return 0;
  }
  const before = session.env;
  session.env = { ...before, ...settings };
  const builtin = BUILTINS[rest[0] ?? ''];
  if (builtin) return builtin(rest, redirected, session);
  try {
    return await runCommand(rest, redirected, session);
  } finally {
    session.env = before;
  }
}

function split(word: string): [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

type Redirecting = { readonly io: Io; readonly session: Session; readonly valueOf: (name: string) => string };

function withRedirections(redirections: readonly Redirection[], { io, session, valueOf }: Redirecting): Io {
  return redirections.reduce((current, { fd, to, append }) => {
    if (to === 'stdout') return { ...current, err: current.out };
    const path = absolute(expandedWord(to, valueOf)[0] ?? '', session.cwd);
    const sink = fileSink(path, append, { io: current, session });
    return fd === 1 ? { ...current, out: sink } : { ...current, err: sink };
  }, io);
}

function fileSink(path: string, append: boolean, { io, session }: { io: Io; session: Session }) {
  if (path === '/dev/null') return () => undefined;
  if (path === '/dev/stderr') return (bytes: string | Uint8Array) => io.err(bytes.toString());
  if (path === '/dev/stdout') return io.out;
  if (!append || !session.scratch.has(path))
    session.scratch.set(path, append ? (readFile(session, path) ?? '') : '');
  return (bytes: string | Uint8Array) =>
    void session.scratch.set(path, (session.scratch.get(path) ?? '') + bytes.toString());
}

type Builtin = (argv: readonly string[], io: Io, session: Session) => number;

const BUILTINS: Readonly<Record<string, Builtin>> = {
  exit: (argv, _io, session) => {
    throw new ShellExit(Number(argv[1] ?? session.lastCode) & 255);
  },
  cd: (argv, { err }, session) => {
    const path = absolute(argv[1] ?? session.env.HOME ?? '/', session.cwd);
    if (!readDirectory(session, path)) {
      err(`sh: cd: can't cd to ${argv[1] ?? ''}: No such file or directory\n`);
      return 2;
    }
    session.cwd = path;
    return 0;
  },
  export: (argv, _io, session) => {
    const settings = argv.slice(1).filter((word) => word.includes('='));
    session.env = { ...session.env, ...Object.fromEntries(settings.map(split)) };
    return 0;
  },
  unset: (argv, _io, session) => {
    session.env = Object.fromEntries(Object.entries(session.env).filter(([name]) => !argv.includes(name)));
    return 0;
  },
  ':': () => 0,
  set: () => 0,
};

/** A program by its name or path; another shell runs in a copy of this one. */
async function runCommand(argv: readonly string[], io: Io, session: Session): Promise<number> {
  const [called = ''] = argv;
  const name = programName(called, session);
  if (name !== undefined && SHELLS.has(name)) return runShell(argv, io, { ...session });
  const command = name === undefined ? undefined : COMMANDS[name];
  if (command) return command(argv, io, session);
  const isThere = called.includes('/') && readFile(session, absolute(called, session.cwd)) !== undefined;
  if (isThere) {
    io.err(`sh: ${called}: Permission denied\n`);
    return 126;
  }
  io.err(`sh: ${called}: not found\n`);
  return 127;
}

function programName(called: string, session: Session): string | undefined {
  if (!called.includes('/')) return called;
  const path = absolute(called, session.cwd);
  return /^(\/usr)?\/bin\/[^/]+$/.test(path) ? path.split('/').at(-1) : undefined;
}

/** `sh -c '…'`, or `sh` reading its commands. */
export async function runShell(
  argv: readonly string[],
  io: Io,
  session: Session,
  prompts = false,
): Promise<number> {
  const at = argv.findIndex((word) => /^-\w*c$/.test(word));
  if (at > 0) return runScript(argv[at + 1] ?? '', io, session);
  return runInteractive(io, session, prompts);
}

/** What the runtime starts for an exec: a shell or a tool; undefined when the container has no such program. */
export function program(
  argv: readonly string[],
  session: Session,
): ((io: Io, prompts: boolean) => Promise<number>) | undefined {
  const [called = ''] = argv;
  if (session.view.image?.isDistroless) return undefined;
  const name = programName(called, session);
  if (name === undefined) return undefined;
  if (SHELLS.has(name)) return (io, prompts) => runShell(argv, io, session, prompts);
  const command = COMMANDS[name];
  return command && (async (io) => command(argv, io, session));
}
