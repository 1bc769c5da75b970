import { hostnameOf } from './container-view.ts';
import { curl, nslookup, wget } from './network-commands.ts';
import type { Command, Io, Session } from './session.ts';
import { absolute, pause, readAll, readDirectory, readFile } from './session.ts';
import { tar } from './tar.ts';

const NO_FILE = 'No such file or directory';

const ls: Command = (argv, { out, err }, session) => {
  const flags = argv.slice(1).filter((word) => word.startsWith('-'));
  const isLong = flags.some((flag) => flag.includes('l'));
  const showsHidden = flags.some((flag) => /[aA]/.test(flag));
  const given = argv.slice(1).filter((word) => !word.startsWith('-'));
  const paths = given.length > 0 ? given : ['.'];
  let code = 0;
  for (const path of paths) {
    const at = absolute(path, session.cwd);
    const names = readDirectory(session, at);
    const isFile = readFile(session, at) !== undefined && !names;
    if (!names && !isFile) {
      err(`ls: ${path}: ${NO_FILE}\n`);
      code = 1;
      continue;
    }
    if (names && paths.length > 1) out(`${path}:\n`);
    const shown = isFile ? [path] : (names ?? []).filter((name) => showsHidden || !name.startsWith('.'));
    out(
      shown
        .map((name) => `${isLong ? longLine(session, isFile ? at : `${at}/${name}`, name) : name}\n`)
        .join(''),
    );
  }
  return code;
};

function longLine(session: Session, path: string, name: string): string {
  const file = absolute(path, '/');
  const isDirectory = readDirectory(session, file) !== undefined;
  const size = isDirectory ? 4096 : Buffer.byteLength(readFile(session, file) ?? '');
  const mode = isDirectory ? 'drwxr-xr-x' : '-rw-r--r--';
  const day = new Date(session.clock.now()).toUTCString().split(' ');
  return `${mode}    1 root     root     ${String(size).padStart(9)} ${day[2] ?? ''} ${day[1] ?? ''} 00:00 ${name}`;
}

/** The contents of the named files one after the other, or of the input. */
async function contents(name: string, paths: readonly string[], io: Io, session: Session) {
  if (paths.length === 0) return { text: await readAll(io.stdin), code: 0 };
  let code = 0;
  let text = '';
  for (const path of paths) {
    const at = absolute(path, session.cwd);
    const content = path === '-' ? await readAll(io.stdin) : readFile(session, at);
    if (content !== undefined) {
      text += content;
      continue;
    }
    const why = readDirectory(session, at) ? 'read error: Is a directory' : NO_FILE;
    io.err(why === NO_FILE ? `${name}: can't open '${path}': ${why}\n` : `${name}: ${why}\n`);
    code = 1;
  }
  return { text, code };
}

const words = (argv: readonly string[]): readonly string[] =>
  argv.slice(1).filter((word) => !/^-./.test(word));

const cat: Command = async (argv, io, session) => {
  const { text, code } = await contents('cat', words(argv), io, session);
  io.out(text);
  return code;
};

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

const ends =
  (name: string, choose: (lines: readonly string[], count: number) => readonly string[]): Command =>
  async (argv, io, session) => {
    const options = argv.slice(1).join(' ');
    const count = Number(/-n ?(\d+)|-(\d+)/.exec(options)?.slice(1).find(Boolean) ?? 10);
    const paths = words(argv).filter((word) => !/^\d+$/.test(word));
    const { text, code } = await contents(name, paths, io, session);
    io.out(
      choose(linesOf(text), count)
        .map((line) => `${line}\n`)
        .join(''),
    );
    return code;
  };

const grep: Command = async (argv, io, session) => {
  const flags = argv
    .slice(1)
    .filter((word) => /^-./.test(word))
    .join('');
  const [pattern = '', ...paths] = words(argv);
  const { text, code } = await contents('grep', paths, io, session);
  let matcher: RegExp;
  try {
    matcher = new RegExp(pattern, flags.includes('i') ? 'i' : '');
  } catch {
    io.err(`grep: bad regex '${pattern}'\n`);
    return 2;
  }
  const found = linesOf(text).filter((line) => matcher.test(line) !== flags.includes('v'));
  if (flags.includes('c')) io.out(`${found.length}\n`);
  else if (!flags.includes('q')) io.out(found.map((line) => `${line}\n`).join(''));
  if (code !== 0) return 2;
  return found.length > 0 ? 0 : 1;
};

const wc: Command = async (argv, io, session) => {
  const { text, code } = await contents('wc', words(argv), io, session);
  const counts = [linesOf(text).length, text.split(/\s+/).filter(Boolean).length, Buffer.byteLength(text)];
  io.out(
    argv.includes('-l')
      ? `${counts[0]}\n`
      : `${counts.map((count) => String(count).padStart(9)).join(' ')}\n`,
  );
  return code;
};

const env: Command = (_argv, { out }, session) => {
  out(
    Object.entries(session.env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  return 0;
};

const printenv: Command = (argv, io, session) => {
  const [, name] = argv;
  if (name === undefined) return env(argv, io, session);
  const value = session.env[name];
  if (value === undefined) return 1;
  io.out(`${value}\n`);
  return 0;
};

const ps: Command = (argv, { out }, { view }) => {
  const line = (pid: number, command: string): string =>
    `${String(pid).padStart(5)} ${view.user.name.padEnd(8)}  0:00 ${command}\n`;
  out(`PID   USER     TIME  COMMAND\n${line(1, view.argv.join(' '))}${line(42, argv.join(' '))}`);
  return 0;
};

const id: Command = (argv, { out }, { view: { user } }) => {
  if (argv[1] === '-u') out(`${user.uid}\n`);
  else if (user.uid === 0) out('uid=0(root) gid=0(root) groups=0(root)\n');
  else out(`uid=${user.uid} gid=0(root) groups=0(root)\n`);
  return 0;
};

/** `%Y-%m-%d`, `%s` and the like. */
const DATE_FIELDS: Readonly<Record<string, (iso: string, at: number) => string>> = {
  Y: (iso) => iso.slice(0, 4),
  m: (iso) => iso.slice(5, 7),
  d: (iso) => iso.slice(8, 10),
  H: (iso) => iso.slice(11, 13),
  M: (iso) => iso.slice(14, 16),
  S: (iso) => iso.slice(17, 19),
  F: (iso) => iso.slice(0, 10),
  T: (iso) => iso.slice(11, 19),
  s: (_iso, at) => String(Math.floor(at / 1000)),
};

const date: Command = (argv, { out }, { clock }) => {
  const at = clock.now();
  const iso = new Date(at).toISOString();
  const format = argv.find((word) => word.startsWith('+'))?.slice(1);
  const [day = '', number = '', month = '', year = '', time = ''] = new Date(at)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  if (format === undefined) out(`${day} ${month} ${number.replace(/^0/, ' ')} ${time} UTC ${year}\n`);
  else
    out(
      `${format.replace(/%([YmdHMSFTs])/g, (_all, field: string) => DATE_FIELDS[field]?.(iso, at) ?? '')}\n`,
    );
  return 0;
};

const sleep: Command = async (argv, { err }, session) => {
  const unit: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };
  const match = /^([\d.]+)([smhd]?)$/.exec(argv[1] ?? '');
  if (argv[1] === 'infinity' || argv[1] === 'inf') return forever(session);
  if (!match) {
    err(`sleep: invalid number '${argv[1] ?? ''}'\n`);
    return 1;
  }
  await pause(session, Number(match[1]) * (unit[match[2] ?? ''] ?? 1) * 1000);
  return 0;
};

async function forever(session: Session): Promise<number> {
  for (;;) await pause(session, 3_600_000);
}

const say =
  (text: (session: Session) => string): Command =>
  (_argv, { out }, session) => {
    out(`${text(session)}\n`);
    return 0;
  };

/** `test`, `[`: files and strings. */
const test: Command = (argv, _io, session) => {
  const parts = argv.slice(1).filter((word, index, all) => !(word === ']' && index === all.length - 1));
  const negated = parts[0] === '!';
  const [left = '', operator = '', right = ''] = negated ? parts.slice(1) : parts;
  const path = absolute(operator, session.cwd);
  const isFile = readFile(session, path) !== undefined;
  const isDirectory = readDirectory(session, path) !== undefined;
  const unary: Readonly<Record<string, boolean>> = {
    '-d': isDirectory,
    '-e': isFile || isDirectory,
    '-f': isFile && !isDirectory,
    '-n': operator !== '',
    '-r': isFile || isDirectory,
    '-s': (readFile(session, path) ?? '') !== '',
    '-x': isFile && path.includes('bin/'),
    '-z': operator === '',
  };
  const binary: Readonly<Record<string, boolean>> = {
    '=': left === right,
    '==': left === right,
    '!=': left !== right,
    '-eq': Number(left) === Number(right),
    '-ne': Number(left) !== Number(right),
    '-gt': Number(left) > Number(right),
    '-lt': Number(left) < Number(right),
  };
  const holds = unary[left] ?? binary[operator] ?? left !== '';
  return holds !== negated ? 0 : 1;
};

const echo: Command = (argv, { out }) => {
  const isBare = argv[1] === '-n';
  out(argv.slice(isBare ? 2 : 1).join(' ') + (isBare ? '' : '\n'));
  return 0;
};

const which: Command = (argv, { out }, session) => {
  const name = argv[1] ?? '';
  const path = ['/bin', '/usr/local/bin']
    .map((folder) => `${folder}/${name}`)
    .find((each) => readFile(session, each) !== undefined);
  if (path === undefined) return 1;
  out(`${path}\n`);
  return 0;
};

/** Everything an image with a userland has, by the name it is called. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  '[': test,
  cat,
  curl,
  date,
  echo,
  env,
  false: () => 1,
  grep,
  head: ends('head', (lines, count) => lines.slice(0, count)),
  hostname: say(({ view }) => hostnameOf(view.pod)),
  id,
  ls,
  nslookup,
  printenv,
  ps,
  pwd: say(({ cwd }) => cwd),
  sleep,
  tail: ends('tail', (lines, count) => lines.slice(-count)),
  tar,
  test,
  true: () => 0,
  uname: (argv, { out }) => {
    out(argv.includes('-a') ? 'Linux 6.8.0-sandbox #1 SMP x86_64 Linux\n' : 'Linux\n');
    return 0;
  },
  wc,
  wget,
  which,
  whoami: say(({ view }) => view.user.name),
};
