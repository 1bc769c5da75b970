import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandboxProcess } from './sandbox-process.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const program = join(FIXTURES, 'fake-sandbox.ts');

let watcher: Server;
let port: number;
beforeAll(async () => {
  watcher = createServer().listen(0, '127.0.0.1');
  await once(watcher, 'listening');
  port = (watcher.address() as AddressInfo).port;
});
afterAll(() => watcher.close());

/** Resolves when the next sandbox process has begun; its `gone` when that process has ended, however. */
async function nextProcess(): Promise<{ gone: Promise<unknown> }> {
  const [socket] = (await once(watcher, 'connection')) as [Socket];
  socket.resume();
  socket.on('error', () => undefined);
  return { gone: once(socket, 'close') };
}

const start = (behaviour: string, said: string[] = []) =>
  startSandboxProcess({ scenarios: [`${behaviour}:${port}`], program, onLine: (line) => said.push(line) });

describe('the sandbox process', () => {
  it('is ready when it says so, and ends when stopped', async () => {
    const begun = nextProcess();
    const sandbox = await start('obeys');
    expect(sandbox).toMatchObject({ kubeconfig: '/k', server: 'https://127.0.0.1:1' });
    await sandbox.stop();
    await (
      await begun
    ).gone;
    expect(await sandbox.ended).toBeUndefined();
  });

  it('is killed when it does not listen', async () => {
    const begun = nextProcess();
    const sandbox = await start('deaf');
    await sandbox.stop();
    await (
      await begun
    ).gone;
  });

  it('passes on what it says, line by line', async () => {
    const said: string[] = [];
    const sandbox = await start('dies', said);
    expect(await sandbox.ended).toBe(7);
    await sandbox.stop();
    expect(said).toEqual(['first words']);
  });

  it('that refuses to start is quoted', async () => {
    await expect(start('refuses')).rejects.toThrow(/^unknown scenario "nope"$/);
  });

  it('that crashes at start is told by its code', async () => {
    await expect(start('crashes')).rejects.toThrow('the sandbox ended with code 1 before it was ready');
  });

  it('that stays silent is given up and ended', async () => {
    const begun = nextProcess();
    const starting = startSandboxProcess({
      scenarios: [`silent:${port}`],
      program,
      onLine: () => undefined,
      readyWithinMs: 1_500,
    });
    await expect(starting).rejects.toThrow('not ready after 1.5 s');
    await (
      await begun
    ).gone;
  });

  it('does not outlive a parent that was killed', async () => {
    const begun = nextProcess();
    const parent = spawn(process.execPath, [join(FIXTURES, 'sandbox-parent.ts'), `obeys:${port}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    const { gone } = await begun;
    parent.kill('SIGKILL');
    await gone;
  });
});
