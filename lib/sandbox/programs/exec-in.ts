import { seededRandom } from '#lib/sandbox/random.ts';
import type { ExecAnswer, Run } from './program.ts';
import { TOOLS } from './shell.ts';

/** What a command says that a probe or a hook runs inside a container `atMs` after its start. */
export function execIn(run: Run, command: readonly string[], atMs: number): ExecAnswer {
  const [first = ''] = command;
  const own = run.exec?.(command, atMs);
  if (own) return own;
  const name = first.split('/').at(-1) ?? first;
  if (run.isDistroless || !(TOOLS.includes(first) || EXTRA.includes(name))) return notStarted(first);
  if (name !== 'sh' && name !== 'bash') return simple(run, [name, ...command.slice(1)], { atMs, shell: '' });
  const flag = command.indexOf('-c');
  return script(run, flag < 0 ? '' : (command[flag + 1] ?? ''), { atMs, shell: name });
}

const EXTRA = ['test', '[', 'kill', 'touch', 'rm', 'printf', 'pgrep'];

type At = { readonly atMs: number; readonly shell: string };

/** `a && b || c; d`, without quoting, as health checks are written. */
function script(run: Run, text: string, at: At): ExecAnswer {
  let code = 0;
  let output = '';
  let tookMs = 0;
  for (const part of text.split(/(;|&&|\|\||\n)/).reduce<{ join: string; text: string }[]>(joined, [])) {
    if ((part.join === '&&' && code !== 0) || (part.join === '||' && code === 0)) continue;
    const words = part.text
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) continue;
    if (words[0] === 'exit') return { code: Number(words[1] ?? code), output, tookMs };
    const answer = run.exec?.(words, at.atMs) ?? simple(run, words, at);
    if ('startError' in answer) return answer;
    code = answer.code;
    output += answer.output ?? '';
    tookMs += answer.tookMs ?? 0;
  }
  return { code, output, tookMs };
}

function joined(parts: { join: string; text: string }[], piece: string): { join: string; text: string }[] {
  if (/^(;|&&|\|\||\n)$/.test(piece)) return [...parts, { join: piece, text: '' }];
  const last = parts.at(-1) ?? { join: ';', text: '' };
  return [...parts.slice(0, -1), { ...last, text: last.text + piece }];
}

function simple(run: Run, [name = '', ...args]: readonly string[], { atMs, shell }: At): ExecAnswer {
  const exists = (path: string): boolean => {
    const file = run.files?.[path];
    return file !== undefined && atMs >= file.fromMs && atMs < (file.untilMs ?? Infinity);
  };
  switch (name) {
    case 'true':
    case 'touch':
    case 'rm':
    case 'kill':
    case 'env':
    case 'pgrep':
      return { code: 0 };
    case 'false':
      return { code: 1 };
    case 'sleep':
      return {
        code: 0,
        tookMs: args[0] === 'infinity' ? Infinity : Number.parseFloat(args[0] ?? '0') * 1000,
      };
    case 'echo':
    case 'printf':
      return { code: 0, output: `${args.join(' ').replace(/^["']|["']$/g, '')}\n` };
    case 'test':
    case '[':
      return { code: exists(args[1] ?? '') ? 0 : 1 };
    case 'cat':
    case 'ls': {
      const missing = args.filter((arg) => arg.startsWith('/')).find((path) => !exists(path));
      if (missing === undefined) return { code: 0 };
      return { code: 1, output: `${name}: can't open '${missing}': No such file or directory\n` };
    }
    default:
      return shell === '' ? notStarted(name) : { code: 127, output: `${shell}: ${name}: not found\n` };
  }
}

/** runc's words behind those of containerd, with the id every attempt gets. */
function notStarted(file: string): ExecAnswer {
  const id = seededRandom(`exec/${file}`).hex(64);
  const why = file.includes('/')
    ? `exec: "${file}": stat ${file}: no such file or directory`
    : `exec: "${file}": executable file not found in $PATH`;
  return {
    startError: `rpc error: code = Unknown desc = failed to exec in container: failed to start exec "${id}": OCI runtime exec failed: exec failed: unable to start container process: ${why}`,
  };
}
