import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exec, node24, ROOT } from './processes.mjs';
import { FailedStep } from './progress.mjs';

/** `npm run bench -- <name>`: each file directly in bench/ is one benchmark, and says what it takes. */
export async function bench([name, ...args]) {
  const names = readdirSync(join(ROOT, 'bench'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length));
  if (!names.includes(name)) throw new FailedStep(`usage: npm run bench -- ${names.join('|')}`);
  return exec(node24(), [join('bench', `${name}.ts`), ...args]);
}
