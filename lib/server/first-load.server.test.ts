import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { initialScripts } from '#lib/testing/initial-scripts.ts';

const MAIN = join(import.meta.dirname, 'cli', 'main.ts');
/** Nobody answers there: which scripts a page names does not depend on what the cluster holds. */
const KUBECONFIG = {
  clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:1' } }],
  users: [{ name: 'u', user: {} }],
  contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
  'current-context': 'prod',
};
/** What may stand between somebody who was just called and the list (bytes, compressed). */
const MOST_BYTES = 180_000;
/** React and Next alone: less means that the scripts were not found. */
const LEAST_BYTES = 100_000;

let folder: string;
let child: ChildProcess;
let url: string | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uncrash-first-load-'));
  writeFileSync(join(folder, 'config'), JSON.stringify(KUBECONFIG));
  const server = spawn(process.execPath, [MAIN, '--port', '0', '--kubeconfig', join(folder, 'config')], {
    env: { PATH: process.env.PATH, HOME: folder, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = server;
  for await (const line of createInterface({ input: server.stdout })) {
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url) return;
  }
  throw new Error('the server ended before it was ready; was it built?');
});
afterAll(async () => {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
  rmSync(folder, { recursive: true, force: true });
});

describe('the first view of the list', () => {
  it(`needs at most ${MOST_BYTES / 1000} KB of scripts`, async () => {
    const scripts = await initialScripts(`${url}/`);
    const total = scripts.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
    expect(total, 'the page names no scripts').toBeGreaterThan(LEAST_BYTES);
    expect(total, JSON.stringify(scripts, undefined, 2)).toBeLessThanOrEqual(MOST_BYTES);
  });
});
