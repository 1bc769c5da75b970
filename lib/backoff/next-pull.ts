import type { NextAttempt } from '#lib/model/backoff.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import { MAX_DELAY_MS, pullDelayMs } from './crash-loop-delay.ts';

/** When the status was seen to turn ErrImagePull: never missed while we watch, but up to 15 s after the pull. */
export type ObservedPulls = { readonly failedAt: readonly number[] };

const REQUEUE_MS = 15_000;
/**
 * The status of a pod says what the sync before found: of every failure but the first it speaks one sync late, while
 * its event comes at once. Recorded from 1.35.4; a second or two for times in whole seconds and the write.
 */
const STATUS_LAG_MS = REQUEUE_MS + 2000;
/** Another container's crash back-off makes a newer kubelet sleep up to 60 s x 1.5. */
const LONGEST_NAP_MS = 90_000;
/** Events may be up to 5 min stale (client-side spam filter): once a prediction is this late it was wrong. */
const TRUST_MS = 20_000;
const UNKNOWN_WITHIN: NextAttempt = { kind: 'untimed', text: 'within 5 min' };

/**
 * When the kubelet pulls an image again. The waiting message names no delay, so it is counted: failures so far from
 * what we saw and from the `Failed` events, 10 s doubling to 5 min from the end of the last one.
 * Source: https://github.com/kubernetes/kubernetes/blob/v1.36.2/pkg/kubelet/images/image_manager.go
 */
export function nextPull(input: {
  readonly podUid: string;
  /** As written in the spec; the back-off is per pod and image, shared by containers of one pod. */
  readonly image: string;
  readonly events: readonly KubeEvent[];
  readonly observed?: ObservedPulls;
  /** Whether another container of the pod is in crash back-off on a kubelet that naps. */
  readonly mayOversleep: boolean;
  readonly now: number;
}): NextAttempt {
  const { observed, now } = input;
  const told = failuresInEvents(input);
  const seenAt = observed?.failedAt.filter((at) => at <= now) ?? [];
  const sightedAt = Math.max(-Infinity, ...seenAt);
  const isSameFailure = told.lastAt <= sightedAt && sightedAt - told.lastAt <= STATUS_LAG_MS;
  const lastAt = isSameFailure ? told.lastAt : Math.max(sightedAt, told.lastAt);
  if (!Number.isFinite(lastAt)) return UNKNOWN_WITHIN;

  const failures = Math.max(seenAt.length, told.count);
  const delayMs = told.atCap ? MAX_DELAY_MS : pullDelayMs(failures);
  const lagMs = lastAt > told.lastAt && failures > 1 ? REQUEUE_MS : 0;
  const earlyAt = lastAt + delayMs - lagMs;
  const lateAt = lastAt + delayMs + (input.mayOversleep ? LONGEST_NAP_MS : REQUEUE_MS);
  const onlyTold = told.lastAt === lastAt && !isSameFailure;
  if (onlyTold && now > lateAt + TRUST_MS) return UNKNOWN_WITHIN;
  return {
    kind: 'timed',
    what: 'pull',
    attempt: failures + 1,
    delayMs,
    earlyAt,
    lateAt,
    source: told.count > 0 ? 'events' : 'estimated',
  };
}

/** The `Failed to pull image "X"` series of this pod and image; `atCap` when its count cannot be trusted. */
function failuresInEvents({
  podUid,
  image,
  events,
}: {
  readonly podUid: string;
  readonly image: string;
  readonly events: readonly KubeEvent[];
}): { count: number; lastAt: number; atCap: boolean } {
  const series = events.filter(
    (event) =>
      event.regarding.uid === podUid &&
      event.reason === 'Failed' &&
      event.message.includes(`Failed to pull image "${image}"`),
  );
  const count = series.reduce((sum, event) => sum + event.count, 0);
  const lastAt = Math.max(-Infinity, ...series.map((event) => event.lastAt));
  const firstAt = Math.min(Infinity, ...series.map((event) => event.firstAt));
  const combined = series.some((event) => event.message.startsWith('(combined from similar events)'));
  // 10+20+40+80+160 s: after ten minutes of failing the delay has reached its maximum, whatever was counted.
  return { count, lastAt, atCap: combined || lastAt - firstAt > 600_000 };
}
