import type { NextAttempt } from '#lib/model/backoff.ts';
import type { ContainerStatus } from '#lib/model/pod.ts';
import { type AttemptInput, nextAttempt } from './next-attempt.ts';
import type { ObservedPulls } from './next-pull.ts';
import { soonestAttempt } from './soonest-attempt.ts';

/** The attempt to show for a whole pod: of the init container that blocks it, else the soonest of its containers. */
export function podNextAttempt({
  observed,
  ...input
}: Omit<AttemptInput, 'status' | 'observed'> & {
  /** Pull failures seen of a container, by its name. */
  readonly observed?: (container: string) => ObservedPulls | undefined;
}): NextAttempt | undefined {
  const { initStatuses, statuses } = input.pod;
  const blocking = initStatuses.find((status) => !isDone(status));
  const candidates = blocking ? [blocking] : statuses;
  if (candidates.length === 0) return nextAttempt(input);
  return soonestAttempt(
    candidates.map((status) => nextAttempt({ ...input, status, observed: observed?.(status.name) })),
    input.now,
  );
}

/** An init container that ended well, or a sidecar that has started. */
function isDone({ state, started }: ContainerStatus): boolean {
  return state.kind === 'terminated' ? state.exitCode === 0 : state.kind === 'running' && started;
}
