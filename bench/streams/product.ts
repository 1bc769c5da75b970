import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGuardedFolder } from '#lib/sandbox/guarded-folder.ts';
import { startApp } from '../../e2e/processes.ts';
import { ensureBuilt } from '../../scripts/run/build.mjs';

export type Product = { readonly port: number; readonly kubeconfig: string; end(): Promise<void> };

/** The built product as a user starts it, in a process of its own that does not outlive us, on the kubeconfig's cluster. */
export async function startProduct(kubeconfig: string): Promise<Product> {
  await ensureBuilt();
  const app = await startApp(['--kubeconfig', kubeconfig]);
  return { port: Number(new URL(app.url).port), kubeconfig, end: () => app.stop() };
}

/** On a cluster of which nothing but the address is known. */
export async function startProductAt(apiServer: string): Promise<Product> {
  const home = await createGuardedFolder('uncrash-bench-');
  const kubeconfig = join(home.path, 'config');
  const cluster = { name: 'bench', cluster: { server: apiServer } };
  const context = { name: 'bench', context: { cluster: 'bench', user: 'bench' } };
  const config = { clusters: [cluster], contexts: [context], users: [{ name: 'bench', user: {} }] };
  await writeFile(kubeconfig, JSON.stringify({ ...config, 'current-context': 'bench' }));
  const product = await startProduct(kubeconfig);
  const end = async () => {
    await product.end();
    await home.remove();
  };
  return { ...product, end };
}
