import { beforeEach, expect, it } from 'vitest';
import { Informer } from './informer.ts';
import type { Pod } from './objects.ts';
import { PodsOnNodes } from './pods-on-nodes.ts';

let version = 1;
const aPod = (namespace: string, name: string, nodeName?: string): Pod => ({
  metadata: {
    namespace,
    name,
    uid: `${namespace}-${name}`,
    resourceVersion: String((version += 1)),
    creationTimestamp: '2026-01-05T12:00:00Z',
  },
  spec: { containers: [], ...(nodeName ? { nodeName } : {}) },
});

let informer: Informer<'Pod'>;
let pods: PodsOnNodes;
const names = (node: string) =>
  pods.on(node).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
beforeEach(() => {
  version = 100;
  const transport = { request: () => Promise.reject(new Error('unused')), watch: () => ({}) as never };
  const clock = { now: () => 0, after: () => () => undefined };
  informer = new Informer({ kind: 'Pod', transport, clock });
  pods = new PodsOnNodes(informer);
});

it('lists what is on a node as the cache would: by namespace, then name', () => {
  for (const pod of [
    aPod('shop', 'b', 'n1'),
    aPod('data', 'z', 'n1'),
    aPod('shop', 'a', 'n1'),
    aPod('shop', 'c', 'n2'),
  ])
    informer.observe(pod);
  expect(names('n1')).toEqual(['data/z', 'shop/a', 'shop/b']);
  expect(names('n1')).toEqual(
    informer
      .list()
      .filter(({ spec }) => spec.nodeName === 'n1')
      .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`),
  );
});

it('follows a pod that is bound, changed and gone', () => {
  informer.observe(aPod('shop', 'a'));
  expect(names('n1')).toEqual([]);
  informer.observe(aPod('shop', 'a', 'n1'));
  expect(names('n1')).toEqual(['shop/a']);
  const changed = aPod('shop', 'a', 'n1');
  informer.observe(changed);
  expect(pods.on('n1')).toEqual([changed]);
  informer.forget('shop', 'a', 'shop-a');
  expect(names('n1')).toEqual([]);
});
