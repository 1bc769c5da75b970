import type { Pod } from '#lib/sandbox/client/objects.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import { targetOf, type Write } from '#lib/sandbox/client/write.ts';

/** Pods whose node no longer exists are ended and removed at once (pkg/controller/podgc, gcOrphaned). */
export function reconcileOrphans(pods: readonly Pod[], now: number): readonly Write[] {
  return pods.flatMap((pod): Write[] => {
    const { uid } = pod.metadata;
    const hasEnded = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    const disruption = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByPodGC',
      message: 'PodGC: node no longer exists',
      lastTransitionTime: seconds(now),
      lastProbeTime: null,
    };
    const conditions = [...(pod.status?.conditions ?? []), disruption];
    const patch = { metadata: { uid }, status: { phase: 'Failed', conditions } };
    const target = targetOf('Pod', pod);
    return [
      ...(hasEnded ? [] : [{ verb: 'merge', target, subresource: 'status', patch } as const]),
      { verb: 'delete', target, uid, graceSeconds: 0 },
    ];
  });
}
