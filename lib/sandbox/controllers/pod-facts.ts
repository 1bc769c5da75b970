import type { Pod } from '#lib/sandbox/client/objects.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import { findCondition } from './conditions.ts';

/** Neither finished nor on its way out (controller_utils.go, IsPodActive). */
export const isActive = ({ metadata, status }: Pod): boolean =>
  !metadata.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

export const isTerminating = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

/** On its way out and still running (controller_utils.go, IsPodTerminating). */
export const isWindingDown = (pod: Pod): boolean =>
  isTerminating(pod) && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';

const readyCondition = (pod: Pod) => findCondition(pod.status?.conditions, 'Ready');
export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True';

/** Epoch ms of the last change of readiness; 0 when there was none. */
export const readySince = (pod: Pod): number => epochMs(readyCondition(pod)?.lastTransitionTime);

export const isAvailable = (pod: Pod, minReadySeconds: number, now: number): boolean =>
  isReady(pod) && (minReadySeconds === 0 || readySince(pod) + minReadySeconds * 1000 <= now);

/** Ready Pods become available only after minReadySeconds: nobody tells us, so we look again after this many ms. */
export function untilAvailable(
  minReadySeconds: number | undefined,
  pods: readonly Pod[],
  now: number,
): number | undefined {
  const minReadyMs = (minReadySeconds ?? 0) * 1000;
  if (minReadyMs === 0) return undefined;
  const waits = pods.filter(isReady).map((pod) => readySince(pod) + minReadyMs - now);
  const pending = waits.filter((wait) => wait > 0);
  return pending.length > 0 ? Math.min(...pending) : undefined;
}
