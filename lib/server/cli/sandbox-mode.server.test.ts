import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');

let home: string;
let kill: () => void;
afterEach(() => {
  kill();
  rmSync(home, { recursive: true, force: true });
});

async function start(...flags: string[]) {
  home = mkdtempSync(join(tmpdir(), 'uncrash-mode-'));
  const child = spawn(process.execPath, [MAIN, '--port', '0', ...flags], {
    env: { PATH: process.env.PATH, HOME: home, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  kill = () => child.kill('SIGKILL');
  const exited = once(child, 'exit');
  const errors = text(child.stderr);
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url) return { child, url, line, exited, errors };
  }
  throw new Error(`ended before it was ready: ${await errors}`);
}

async function open(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  return response;
}

describe('without any cluster', () => {
  it('shows the sandbox and says why', async () => {
    const { url, line } = await start();
    expect(line).toContain('sandbox cluster: no kubeconfig was found');
    const clusters = JSON.parse(await text(await open(`${url}/api/clusters`))) as { current: string };
    const server = (await open(`${url}/api/stream?cluster=${clusters.current}`)).setEncoding('utf8');
    const [first] = (await once(server, 'data')) as [string];
    expect(first).toMatch(/^retry: \d+\n\n/);
  });

  it('ends by SIGTERM with an open event stream, and takes the sandbox with it', async () => {
    const { child, url, exited, errors } = await start('--sandbox');
    const stream = await open(`${url}/api/stream`);
    const ended = text(stream);
    child.kill('SIGTERM');
    const apiServer = /"server":"https:\/\/127\.0\.0\.1:(\d+)"/.exec(await ended)?.[1];
    expect(await exited).toEqual([0, null]);
    expect(await errors).toBe('');
    const refused = connect(Number(apiServer), '127.0.0.1');
    await expect(once(refused, 'connect')).rejects.toThrow('ECONNREFUSED');
  });

  it('refuses an unknown scenario in one line', async () => {
    await expect(start('--scenario', 'no-such-thing')).rejects.toThrow(
      /^ended before it was ready: uncrash: .*no-such-thing.*\n$/,
    );
  });
});
