import { describe, expect, it } from 'vitest';
import type { Taint } from '#lib/model/node.ts';
import type { Toleration } from '#lib/model/pod-template.ts';
import { aNode } from '#lib/testing/build-cluster.ts';
import { aPod } from '#lib/testing/build-pod.ts';
import { at } from '#lib/testing/time.ts';
import { taintEviction } from './taint-eviction.ts';

const unreachable: Taint = {
  key: 'node.kubernetes.io/unreachable',
  value: '',
  effect: 'NoExecute',
  addedAt: at('10:00:00'),
};
const forUnreachable = (tolerationSeconds?: number): Toleration => ({
  key: unreachable.key,
  operator: 'Exists',
  effect: 'NoExecute',
  ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
});
const eviction = (tolerations: readonly Toleration[], taints: readonly Taint[] = [unreachable]) =>
  taintEviction(aPod({ template: { tolerations } }), aNode({ taints }));

describe('taintEviction', () => {
  it('is 300 s after the taint by default, or what the pod says', () => {
    expect(eviction([forUnreachable(300)])).toEqual({ kind: 'at', at: at('10:05:00') });
    expect(eviction([forUnreachable(300), forUnreachable(60)])).toEqual({ kind: 'at', at: at('10:01:00') });
  });

  it('is at once for a pod that tolerates nothing', () => {
    expect(eviction([])).toEqual({ kind: 'at', at: at('10:00:00') });
  });

  it('never comes for a pod that tolerates it for ever', () => {
    expect(eviction([forUnreachable()])).toEqual({ kind: 'never' });
    expect(eviction([{ operator: 'Exists' }])).toEqual({ kind: 'never' });
    expect(eviction([forUnreachable(Number.MAX_SAFE_INTEGER)])).toEqual({ kind: 'never' });
  });

  it('counts from the newest of several taints', () => {
    const later: Taint = { ...unreachable, key: 'maintenance', addedAt: at('10:02:00') };
    expect(eviction([{ operator: 'Exists', tolerationSeconds: 60 }], [unreachable, later])).toEqual({
      kind: 'at',
      at: at('10:03:00'),
    });
  });

  it('is no question of taints that only keep new pods away', () => {
    expect(eviction([], [{ ...unreachable, effect: 'NoSchedule' }])).toBeUndefined();
    expect(eviction([], [])).toBeUndefined();
  });

  it('has no time where nobody says when the taint came', () => {
    const { addedAt: _unknown, ...taint } = unreachable;
    expect(eviction([forUnreachable(300)], [taint])).toEqual({ kind: 'unknown' });
  });
});
