import { describe, expect, it } from 'vitest';
import { PodsQuery } from '#lib/contract/pods.ts';
import { createStores } from '#lib/kube/stores.ts';
import { aContainerStatus, aCrashLoopingStatus, aPod } from '#lib/testing/build-pod.ts';
import { PodPages } from './pod-pages.ts';

/** Time stands still unless it is told to pass. */
function aCluster({ passMs = 0 } = {}) {
  const { pods } = createStores();
  let now = 0;
  let yields = 0;
  let outdated = 0;
  const pages = new PodPages({
    lister: pods,
    onOutdated: () => {
      outdated += 1;
    },
    elapsed: () => (now += passMs),
    yieldTo: (task) => {
      yields += 1;
      task();
    },
  });
  const page = (query: Record<string, unknown> = {}) => pages.page(PodsQuery.parse(query));
  const names = async (query?: Record<string, unknown>) =>
    (await page(query)).pods.map(({ meta }) => `${meta.namespace}/${meta.name}`);
  const pass = (ms: number) => (now += ms);
  return { pods, page, names, pass, yields: () => yields, outdated: () => outdated };
}

const pod = (path: string, input: Parameters<typeof aPod>[0] = {}) => {
  const [namespace = '', name = ''] = path.split('/');
  return aPod({ ...input, meta: { namespace, name, uid: path, ...input.meta } });
};

describe('pages of pods', () => {
  it('are in order of namespace and name, whatever order they came in', async () => {
    const { pods, names } = aCluster();
    for (const path of ['shop/b', 'db/z', 'shop/a']) pods.upsert(pod(path));
    expect(await names()).toEqual(['db/z', 'shop/a', 'shop/b']);
    expect(await names({ order: 'desc' })).toEqual(['shop/b', 'shop/a', 'db/z']);
  });

  it('join to the whole list, and say how long it is', async () => {
    const { pods, page, names } = aCluster();
    const all = Array.from({ length: 25 }, (_, n) => `shop/pod-${String(n).padStart(2, '0')}`);
    for (const path of all.toReversed()) pods.upsert(pod(path));
    const found = await Promise.all([0, 10, 20].map((offset) => names({ offset, limit: 10 })));
    expect(found.flat()).toEqual(all);
    expect(await page({ offset: 20, limit: 10 })).toMatchObject({ matching: 25, total: 25 });
    expect(await names({ offset: 30, limit: 10 })).toEqual([]);
  });

  it('hold what has all the words in its name, status or node, in any case', async () => {
    const { pods, page, names } = aCluster();
    pods.upsert(pod('shop/cart-1', { nodeName: 'worker-1' }));
    pods.upsert(pod('shop/cart-2', { nodeName: 'worker-2', statuses: [aCrashLoopingStatus()] }));
    pods.upsert(pod('db/pg-0', { nodeName: 'worker-2' }));
    expect(await names({ q: 'CART' })).toEqual(['shop/cart-1', 'shop/cart-2']);
    expect(await names({ q: 'shop/cart crashloop worker-2' })).toEqual(['shop/cart-2']);
    expect(await page({ q: 'nothing-like-it' })).toEqual({ pods: [], matching: 0, total: 3 });
  });

  it('can be in the order of restarts, age, status or node, equal ones by name', async () => {
    const { pods, names } = aCluster();
    const restarted = (restartCount: number) => [aContainerStatus({ restartCount })];
    pods.upsert(pod('a/few', { meta: { createdAt: 3_000 }, nodeName: 'n2', statuses: restarted(1) }));
    pods.upsert(pod('a/many', { meta: { createdAt: 1_000 }, nodeName: 'n1', statuses: restarted(9) }));
    pods.upsert(pod('a/also-few', { meta: { createdAt: 2_000 }, nodeName: 'n2', statuses: restarted(1) }));
    expect(await names({ sort: 'restarts', order: 'desc' })).toEqual(['a/many', 'a/also-few', 'a/few']);
    expect(await names({ sort: 'age' })).toEqual(['a/few', 'a/also-few', 'a/many']);
    expect(await names({ sort: 'node' })).toEqual(['a/many', 'a/also-few', 'a/few']);
    expect(await names({ sort: 'status' })).toEqual(['a/also-few', 'a/few', 'a/many']);
  });

  it('are cut from one list for a second, and whoever got an old one is told to ask again', async () => {
    const { pods, names, pass, outdated } = aCluster();
    pods.upsert(pod('shop/a'));
    expect(await names()).toEqual(['shop/a']);
    expect(outdated()).toBe(0);
    pods.upsert(pod('shop/b'));
    pass(999);
    expect(await names()).toEqual(['shop/a']);
    expect(outdated()).toBe(1);
    pass(1);
    expect(await names()).toEqual(['shop/a', 'shop/b']);
    expect(outdated()).toBe(1);
  });

  it('follow pods that come, go, and come again under the same name', async () => {
    const { pods, names, page, pass } = aCluster();
    for (const path of ['shop/b', 'shop/d']) pods.upsert(pod(path));
    expect(await names()).toEqual(['shop/b', 'shop/d']);
    pods.upsert(pod('shop/c'));
    pods.upsert(pod('db/x'));
    pods.remove(pod('shop/d'));
    pods.upsert(pod('shop/b', { meta: { uid: 'another' } }));
    pass(1_000);
    expect(await names()).toEqual(['db/x', 'shop/b', 'shop/c']);
    expect((await page()).pods[1]?.meta.uid).toBe('another');
  });

  it('say of a pod what is known now, however old the list is', async () => {
    const { pods, page } = aCluster();
    pods.upsert(pod('shop/a', { nodeName: undefined }));
    await page();
    pods.upsert(pod('shop/a', { nodeName: 'worker-1', meta: { resourceVersion: 'later' } }));
    expect((await page()).pods[0]?.nodeName).toBe('worker-1');
  });

  it('are made in slices of a large cluster, and once for all pages', async () => {
    const { pods, page, yields } = aCluster({ passMs: 5 });
    pods.replace(Array.from({ length: 5_000 }, (_, n) => pod(`shop/pod-${n}`)));
    await page();
    const made = yields();
    expect(made).toBeGreaterThan(5);
    await page({ offset: 100 });
    expect(yields()).toBe(made);
  });
});
