import type { Cluster } from '#lib/sandbox/cluster.ts';

/** More than any story is refused for, and enough for all of them. */
const ROOM = { cpu: '11', memory: '40Gi', pods: '400' };

/**
 * Which of three workers that are alike gets a pod is up to the scheduler, and a pod whose node has the image already
 * starts sooner: with one worker every pod has the same neighbours on both sides. It has room for all stories at once.
 */
export async function leaveOneWorker({ api }: Cluster): Promise<void> {
  for (const name of ['worker-2', 'worker-3']) {
    const target = { kind: 'Node', name } as const;
    await api.apply({ verb: 'merge', target, patch: { spec: { unschedulable: true } } });
  }
  const target = { kind: 'Node', name: 'worker-1' } as const;
  const patch = { status: { capacity: ROOM, allocatable: ROOM } };
  await api.apply({ verb: 'merge', target, subresource: 'status', patch });
}
