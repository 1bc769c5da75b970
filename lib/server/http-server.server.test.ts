import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';

const FIXTURE = join(import.meta.dirname, 'cli', 'fixtures', 'streaming-server.ts');
const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

async function openStream(behaviour: 'obeys' | 'deaf') {
  const child = spawn(process.execPath, [FIXTURE, behaviour], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const asked = request({ port: Number(line.toString()), host: '127.0.0.1', path: '/api/stream' }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { child, response, exited: once(child, 'exit') };
}

describe('SIGTERM with an open stream', () => {
  it('lets the stream say its last word and ends with code 0', async () => {
    const { child, response, exited } = await openStream('obeys');
    child.kill('SIGTERM');
    expect(await text(response)).toBe('data: first\n\ndata: last\n\n');
    expect(await exited).toEqual([0, null]);
  });

  it('cuts a stream that does not listen', async () => {
    const { child, response, exited } = await openStream('deaf');
    child.kill('SIGTERM');
    await expect(text(response)).rejects.toThrow('aborted');
    expect(await exited).toEqual([0, null]);
  });
});
