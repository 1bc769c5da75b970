import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureBuilt } from '../../scripts/run/build.mjs';

const MAIN = join(import.meta.dirname, '..', '..', 'lib', 'server', 'cli', 'main.ts');

export type Product = { readonly port: number; readonly kubeconfig: string; end(): Promise<void> };

/** The built product as a user starts it, in a process of its own, on a cluster of this address. */
export async function startProduct(apiServer: string): Promise<Product> {
  await ensureBuilt();
  const home = mkdtempSync(join(tmpdir(), 'uncrash-bench-'));
  const kubeconfig = join(home, 'config');
  const cluster = { name: 'bench', cluster: { server: apiServer } };
  const context = { name: 'bench', context: { cluster: 'bench', user: 'bench' } };
  const config = { clusters: [cluster], contexts: [context], users: [{ name: 'bench', user: {} }] };
  writeFileSync(kubeconfig, JSON.stringify({ ...config, 'current-context': 'bench' }));
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--kubeconfig', kubeconfig], {
    env: { PATH: process.env.PATH, HOME: home, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = async () => {
    await stop(child);
    rmSync(home, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port) return { port: Number(port), kubeconfig, end };
  }
  throw new Error('the product ended before it was ready');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
