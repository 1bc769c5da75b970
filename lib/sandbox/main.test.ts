import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, vi } from 'vitest';
import { SCENARIOS } from './scenarios/catalog.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

it('says where it is as one JSON line and ends with its parent', { timeout: 30_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sandbox-main-'));
  const kubeconfig = join(directory, 'kubeconfig');
  const child = spawn(process.execPath, [MAIN, '--kubeconfig', kubeconfig, '--scenario', 'bad-image']);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe(`kubeconfig: ${kubeconfig}`);
  expect(JSON.parse(String((await lines.next()).value))).toEqual({
    event: 'ready',
    kubeconfig,
    server: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/) as unknown,
  });
  child.stdin.end();
  expect(await ended).toBe(0);
  await rm(directory, { recursive: true });
});

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'leaves none of the tokens it wrote for itself after %s',
  { timeout: 30_000 },
  async (signal) => {
    const child = spawn(process.execPath, [MAIN, '--scenario', 'bad-image']);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const kubeconfig = String((await lines.next()).value).replace('kubeconfig: ', '');
    expect(existsSync(kubeconfig)).toBe(true);
    child.kill(signal);
    await ended;
    await vi.waitFor(() => expect(existsSync(dirname(kubeconfig))).toBe(false), { timeout: 15_000 });
  },
);

it('lists every scenario on a line of its own', { timeout: 30_000 }, async () => {
  const child = spawn(process.execPath, [MAIN, '--list']);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  const ids = out.split('\n').map((line) => line.split(' ', 1)[0]);
  expect(ids).toEqual([...SCENARIOS.map(({ id }) => id), '']);
});

it.each([
  [['--prot', '1'], /Unknown option '--prot'/],
  [['--scenario', 'nonsense'], /no scenario "nonsense"/],
])('refuses %j with exit code 2 and one line', { timeout: 30_000 }, async (args, text) => {
  const child = spawn(process.execPath, [MAIN, ...args]);
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(2);
  expect(err).toMatch(text);
  expect(err.trim()).not.toContain('\n');
});
