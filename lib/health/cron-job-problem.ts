import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { Problem } from '#lib/model/problem.ts';
import type { Workload, WorkloadRef } from '#lib/model/workload.ts';

/**
 * Warnings of the CronJob controller about a start that did not happen. A suspended CronJob gets none: the controller looks
 * at `suspend` first. `UnsupportedSchedule` (a time zone in the schedule) is no failure.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/cronjob/cronjob_controllerv2.go
 */
const NOT_STARTED: ReadonlySet<string> = new Set([
  'FailedNeedsStart',
  'TooManyMissedTimes',
  'MissSchedule',
  'InvalidSchedule',
  'UnparseableCronJobSchedule',
  'UnknownTimeZone',
  'FailedCreate',
]);

/** What was said of a CronJob longer ago was about a start nobody waits for any more; events live for an hour by default. */
const SAID_FOR_MS = 2 * 3_600_000;

/** The newest such warning, unless a Job was started since. CronJobs themselves are not read: their events and Jobs tell. */
export function missedStart(
  owner: WorkloadRef,
  {
    jobs,
    events,
    now,
  }: { readonly jobs: readonly Workload[]; readonly events: readonly KubeEvent[]; readonly now: number },
): KubeEvent | undefined {
  if (owner.kind !== 'CronJob') return undefined;
  const own = events.filter(({ regarding }) => regarding.kind === 'CronJob' && regarding.name === owner.name);
  const said = own
    .filter(
      ({ type, reason, lastAt }) =>
        type === 'Warning' && NOT_STARTED.has(reason) && now - lastAt <= SAID_FOR_MS,
    )
    .toSorted((a, b) => b.lastAt - a.lastAt)[0];
  if (!said) return undefined;
  const startedAt = Math.max(
    ...jobs.map(({ meta }) => meta.createdAt),
    ...own.filter(({ reason }) => reason === 'SuccessfulCreate').map(({ lastAt }) => lastAt),
  );
  // The controller says "too many missed" and then starts the Job in the same second.
  return startedAt >= said.lastAt - 1_000 ? undefined : said;
}

/** A CronJob that did not start a Job when it should have. */
export function cronJobProblem(
  owner: WorkloadRef,
  context: Parameters<typeof missedStart>[1],
): Problem | undefined {
  const said = missedStart(owner, context);
  return (
    said && {
      family: 'job',
      owner,
      reason: said.reason,
      message: said.message,
      sinceAt: said.firstAt,
      restartCount: 0,
    }
  );
}
