import type { Command, Session } from './session.ts';
import { absolute, readAll, readDirectory, readFile } from './session.ts';
import { readTar, writeTar, type TarEntry } from './tar-archive.ts';

/** `tar`, as `kubectl cp` calls it: archives come from standard input and go to standard output. Files are text. */
export const tar: Command = async (argv, io, session) => {
  const { mode, archive, directory, names } = options(argv.slice(1));
  if (mode === undefined || archive !== '-') {
    io.err('tar: only archives of standard input and output (f -) can be read and written here\n');
    return 1;
  }
  const at = absolute(directory, session.cwd);
  if (readDirectory(session, at) === undefined) {
    io.err(`tar: can't change directory to '${directory}': No such file or directory\n`);
    return 1;
  }
  if (mode === 'c') return create(names, at, { io, session });
  const entries = readTar(Buffer.from(await readAll(io.stdin), 'utf8'));
  if (mode === 't') io.out(entries.map(({ name }) => `${name}\n`).join(''));
  else extract(entries, at, session);
  return 0;
};

type Wanted = {
  readonly mode: 'c' | 'x' | 't' | undefined;
  readonly archive: string;
  readonly directory: string;
  readonly names: readonly string[];
};

/** `cf - a b`, `-xmf - -C /tmp`: flags in one word, the first without a dash if one likes. */
function options(words: readonly string[]): Wanted {
  const [first = '', ...others] = words.filter((word) => !word.startsWith('--'));
  const flags = first.replace(/^-/, '');
  const rest = [...others];
  const archive = flags.includes('f') ? (rest.shift() ?? '') : '';
  const at = rest.indexOf('-C');
  const [, directory = '.'] = at < 0 ? [] : rest.splice(at, 2);
  const mode = (['c', 'x', 't'] as const).find((each) => flags.includes(each));
  return { mode, archive, directory, names: rest };
}

type Context = { readonly io: Parameters<Command>[1]; readonly session: Session };

function create(names: readonly string[], at: string, { io, session }: Context): number {
  let code = 0;
  const entries = names.flatMap((name): readonly TarEntry[] => {
    const found = members(name, at, session);
    if (found.length > 0) return found;
    io.err(`tar: ${name}: No such file or directory\n`);
    code = 1;
    return [];
  });
  if (names.some((name) => name.startsWith('/'))) io.err("tar: removing leading '/' from member names\n");
  if (code !== 0) io.err('tar: error exit delayed from previous errors\n');
  io.out(writeTar(entries, session.clock.now()));
  return code;
}

/** A file, or a directory with everything below it, under the name it was asked for by. */
function members(name: string, cwd: string, session: Session): readonly TarEntry[] {
  const path = absolute(name, cwd);
  const member = name.replace(/^\/+|\/+$/g, '');
  const names = readDirectory(session, path);
  if (!names) {
    const text = readFile(session, path);
    return text === undefined ? [] : [{ name: member, text }];
  }
  return [
    { name: `${member}/`, text: '' },
    ...names.flatMap((each) => members(`${name}/${each}`, cwd, session)),
  ];
}

function extract(entries: readonly TarEntry[], at: string, { scratch }: Session): void {
  for (const { name, text } of entries) {
    scratch.set(`${absolute(name, at)}${name.endsWith('/') ? '/' : ''}`, text);
  }
}
