import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MASTER } from './apiserver/in-process-transport.ts';
import type { Json } from './apiserver/objects/json.ts';
import { numberAt, stringAt } from './apiserver/objects/json.ts';
import type { Clock } from './clock.ts';
import type { ServedSandbox } from './serve-sandbox.ts';
import { serveSandbox } from './serve-sandbox.ts';

const MAP = '/api/v1/namespaces/default/configmaps';
const stillClock: Clock = { now: () => Date.UTC(2026, 0, 5, 12), after: () => () => undefined };

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
});
afterEach(() => rm(directory, { recursive: true }));

function serve(state?: string): Promise<ServedSandbox> {
  const kubeconfig = join(directory, 'kubeconfig');
  return serveSandbox({ seed: '1', contents: 'nodes', wallClock: stillClock, kubeconfig, state });
}

function ask({ server }: ServedSandbox, method: string, path: string, body?: Json) {
  const reply = server.handle({ method, path, body, user: MASTER });
  return reply.kind === 'json' ? { status: reply.status, body: reply.body } : { status: 0, body: null };
}

describe('a sandbox that is stopped and started again', () => {
  it('is the same cluster when it was given a state file', async () => {
    const state = join(directory, 'state');
    const first = await serve(state);
    const made = ask(first, 'POST', MAP, { metadata: { name: 'kept' }, data: { a: '1' } });
    await first.close();
    expect((await stat(state)).mode & 0o777).toBe(0o600);

    const second = await serve(state);
    const { body } = ask(second, 'GET', `${MAP}/kept`);
    const next = ask(second, 'POST', MAP, { metadata: { name: 'next' } }).body;
    await second.close();
    expect(body).toEqual(made.body);
    expect(second.accounts).toEqual(first.accounts);
    expect(Number(stringAt(next, 'metadata', 'resourceVersion'))).toBeGreaterThan(
      Number(stringAt(made.body, 'metadata', 'resourceVersion')),
    );
  });

  it('is a new cluster when it was not', async () => {
    const first = await serve();
    ask(first, 'POST', MAP, { metadata: { name: 'lost' } });
    await first.close();
    const second = await serve();
    const { status } = ask(second, 'GET', `${MAP}/lost`);
    await second.close();
    expect(status).toBe(404);
    expect(second.accounts).not.toEqual(first.accounts);
  });

  it('tells watchers from before the restart to list again', async () => {
    const state = join(directory, 'state');
    const first = await serve(state);
    const version = numberAt({ revision: first.server.journal.revision }, 'revision') ?? 0;
    ask(first, 'POST', MAP, { metadata: { name: 'later' } });
    await first.close();
    const second = await serve(state);
    expect(() => second.server.journal.since('configmaps', version)).toThrow(/too old resource version/);
    await second.close();
  });

  it('does not start from a file that is something else', async () => {
    const state = join(directory, 'state');
    await writeFile(state, '{"hello":"world"}');
    await expect(serve(state)).rejects.toThrow(/is not a sandbox state/);
  });
});
