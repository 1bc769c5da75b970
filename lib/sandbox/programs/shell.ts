import type { Program, Run } from './program.ts';

const QUIET = { listeners: [], lines: [], steadyFromMs: 0 } as const;

/** Tools every image with a userland has. */
export const TOOLS = [
  'sh',
  '/bin/sh',
  'bash',
  '/bin/bash',
  'sleep',
  'echo',
  'true',
  'false',
  'env',
  'cat',
  'ls',
];

/** Enough of a shell for what people type into `command`: sleep, echo, exit, true, false, joined by `;` and `&&`. */
export const shell: Program = ({ args: [tool = '', ...rest] }) => {
  const name = tool.split('/').at(-1) ?? tool;
  if (name !== 'sh' && name !== 'bash') return script([[name, ...rest]], name);
  const commands = (rest[0] === '-c' ? (rest[1] ?? '') : '').split(/;|&&|\n/).map((text) => text.trim());
  return script(
    commands.filter((text) => text !== '').map((text) => text.split(/\s+/)),
    name,
  );
};

function script(commands: readonly (readonly string[])[], name: string): Run {
  let atMs = 20;
  const lines: { atMs: number; text: string }[] = [];
  let code = 0;
  for (const [command = '', ...args] of commands) {
    if (command === 'sleep' && args[0] === 'infinity') return { ...QUIET, lines };
    if (command === 'sleep') atMs += Number.parseFloat(args[0] ?? '0') * 1000;
    else if (command === 'echo') lines.push({ atMs, text: args.join(' ').replace(/^["']|["']$/g, '') });
    else if (command === 'exit')
      return { ...QUIET, lines, exit: { afterMs: atMs, code: Number(args[0] ?? '0') } };
    else if (command === 'false') code = 1;
    else if (!['true', 'env', 'cat', 'ls', 'cd', 'set'].includes(command)) {
      lines.push({ atMs, text: `${name}: 1: ${command}: not found` });
      return { ...QUIET, lines, exit: { afterMs: atMs + 5, code: 127 } };
    } else code = 0;
  }
  return { ...QUIET, lines, exit: { afterMs: Math.max(10, atMs), code } };
}
