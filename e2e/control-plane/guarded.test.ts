import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, it, vi } from 'vitest';

const OWNER = `
  import { writeFileSync } from 'node:fs';
  import { createGuardedFolder } from '${import.meta.dirname}/../../lib/sandbox/guarded-folder.ts';
  import { startGuarded } from '${import.meta.dirname}/guarded-process.ts';
  const { path } = await createGuardedFolder('uncrash-guarded-');
  writeFileSync(path + '/token', 'secret');
  // A program with a child of its own, which says its process id.
  startGuarded(['sh', '-c', 'sleep 600 & echo $! >&2; wait'], path + '/log');
  console.log(path);
  setInterval(() => undefined, 1000);
`;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('programs, their children and the folder of keys go when their owner is killed', async () => {
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', OWNER], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
  expect(existsSync(`${line}/token`)).toBe(true);
  const child = await vi.waitFor(() => {
    const pid = Number(readFileSync(`${line}/log`, 'utf8'));
    expect(pid).toBeGreaterThan(0);
    return pid;
  });
  expect(isAlive(child)).toBe(true);

  owner.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 20_000 });
  await vi.waitFor(() => expect(existsSync(line)).toBe(false), { timeout: 20_000 });
});
