import { setTimeout as pause } from 'node:timers/promises';
import { Child } from '../streams/child.ts';
import { delays, type Seen } from '../streams/delays.ts';
import { idleDelays } from '../streams/idle-delays.ts';
import { openWatch, type Watcher } from '../streams/kubectl-watch.ts';
import { percentile } from '../streams/percentile.ts';
import { startProduct, type Product } from '../streams/product.ts';
import type { Figures } from '../runs/rounds.ts';
import type { Changes } from './changes.ts';

export type Viewers = { readonly product: Product; readonly watch: Watcher; end(): Promise<void> };

const READY_WITHIN_MS = 120_000;
const WARM_UP_MS = 1_500;
/** For the last changes to arrive. */
const REST_MS = 500;

/** The product and `kubectl get pods -w` on the same cluster, both past their first lists. */
export async function openViewers(kubeconfig: string, kubectl: string): Promise<Viewers> {
  const product = await startProduct(kubeconfig);
  try {
    const watch = await openWatch({ kubeconfig, apiServer: '', kubectl });
    const end = async () => {
      await watch.end();
      await product.end();
    };
    try {
      await ready(product, watch);
    } catch (error) {
      await end();
      throw error;
    }
    return { product, watch, end };
  } catch (error) {
    await product.end();
    throw error;
  }
}

/** Until the product has judged all pods and kubectl prints no more of its first list. */
async function ready({ port }: Product, watch: Watcher): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (let printed = -1, isLive = false; !isLive || printed !== watch.seen.length;) {
    if (Date.now() > deadline) throw new Error('the product did not become live');
    printed = watch.seen.length;
    await pause(1_000);
    const answer = await fetch(`http://127.0.0.1:${port}/api/incidents`);
    isLive = ((await answer.json()) as { state?: string }).state === 'live';
  }
}

type Flow = { readonly readers: number; readonly perSecond: number; readonly seconds: number };

/** From the API server's PATCH to the product's readers, and to kubectl's output, in the same moments (ms). */
export async function measureLatency(
  { product, watch }: Viewers,
  changes: Changes,
  { readers, perSecond, seconds }: Flow,
): Promise<Figures> {
  const reading = new Child('readers.ts', product.port, readers);
  try {
    await reading.heard();
    await changes.flow(perSecond, WARM_UP_MS);
    await pause(REST_MS);
    reading.tell('reset');
    watch.seen.length = 0;
    const before = Object.keys(changes.sent).length;
    const [late] = await Promise.all([idleDelays(seconds * 1_000), changes.flow(perSecond, seconds * 1_000)]);
    await pause(REST_MS);
    const { sent } = changes;
    const ours = delays(sent, await reading.ask<Seen>('restarts'));
    const theirs = delays(sent, watch.seen);
    return {
      p50_ms: ours.p50,
      p99_ms: ours.p99,
      kubectl_p50_ms: theirs.p50,
      kubectl_p99_ms: theirs.p99,
      p99_minus_kubectl_ms: ours.p99 - theirs.p99,
      idle_p99_ms: percentile(late, 0.99),
      changes: Object.keys(sent).length - before,
      seen_per_reader: ours.heard / readers,
      kubectl_seen: theirs.heard,
    };
  } finally {
    await reading.end();
  }
}
