import { expect, it } from 'vitest';
import { aNode } from '#lib/testing/build-cluster.ts';
import type { ClusterChanges } from '#lib/kube/cluster-cache.ts';
import { ChangeQueue } from './change-queue.ts';

const nodes = (count: number): ClusterChanges => ({
  kind: 'nodes',
  changes: Array.from({ length: count }, (_, n) => ({ type: 'added', object: aNode({ name: `node-${n}` }) })),
});

const sizes = (queue: ChangeQueue, isOver: () => boolean) => {
  const taken: number[] = [];
  queue.drain(({ changes }) => taken.push(changes.length), isOver);
  return taken;
};

it('hands out one piece at least, and goes on where it stopped', () => {
  const queue = new ChangeQueue();
  queue.add({ ...nodes(0) });
  expect(queue.isEmpty).toBe(true);
  queue.add(nodes(10));
  expect(sizes(queue, () => true)).toEqual([4]);
  expect(sizes(queue, () => false)).toEqual([4, 2]);
  expect(queue.isEmpty).toBe(true);
});

it('looks at the clock after a few nodes, because each touches all its pods', () => {
  const queue = new ChangeQueue();
  queue.add(nodes(100));
  let looks = 0;
  queue.drain(
    () => undefined,
    () => {
      looks += 1;
      return false;
    },
  );
  expect(looks).toBeGreaterThanOrEqual(25);
});
