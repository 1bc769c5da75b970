import { describe, expect, it } from 'vitest';
import type { Taint, Toleration } from '#lib/sandbox/client/objects.ts';
import { aPod } from '#lib/sandbox/scheduler/test-snapshot.ts';
import { evictionDueAt } from './taint-eviction.ts';

const AT = Date.UTC(2026, 0, 5, 12);
const unreachable = 'node.kubernetes.io/unreachable';
const dead: Taint = { key: unreachable, effect: 'NoExecute', timeAdded: '2026-01-05T12:00:00Z' };
const tolerates = (tolerationSeconds?: number): Toleration => ({
  key: unreachable,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds,
});

describe('the time a pod has to leave a tainted node', () => {
  it.each<[string, readonly Toleration[], readonly Taint[], number]>([
    ['never without NoExecute taints', [], [{ key: 'k', effect: 'NoSchedule' }], Infinity],
    ['at once without a toleration', [], [dead], 0],
    ['after the seconds it tolerates', [tolerates(300)], [dead], AT + 300_000],
    ['never when it tolerates for ever, as DaemonSet pods do', [tolerates()], [dead], Infinity],
    [
      'after the shortest of several',
      [tolerates(300), { operator: 'Exists', tolerationSeconds: 60 }],
      [dead],
      AT + 60_000,
    ],
    [
      'at once when one of two taints is not tolerated',
      [tolerates(300)],
      [dead, { key: 'x', effect: 'NoExecute' }],
      0,
    ],
  ])('is %s', (_case, tolerations, taints, dueAt) =>
    expect(evictionDueAt(aPod({ tolerations }), taints)).toBe(dueAt),
  );
});
