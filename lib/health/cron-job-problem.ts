import type { Problem } from '#lib/model/problem.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { conditionOf } from './condition-of.ts';
import { type CronJobContext, type CronJobVerdict, cronJobVerdict } from './cron-job-verdict.ts';

type Said = Pick<Problem, 'reason' | 'message' | 'sinceAt'>;

/** A CronJob that does not start Jobs when it should, or whose Jobs fail: one problem, whatever its Jobs say. */
export function cronJobProblem(owner: WorkloadRef, context: CronJobContext): Problem | undefined {
  const verdict = cronJobVerdict(owner, context);
  return verdict && { family: 'job', owner, restartCount: 0, ...said(verdict) };
}

function said(verdict: CronJobVerdict): Said {
  switch (verdict.kind) {
    case 'not-started':
      return {
        reason: verdict.event.reason,
        message: verdict.event.message,
        sinceAt: verdict.event.firstAt,
      };
    case 'unknown-time-zone':
      return {
        reason: 'UnknownTimeZone',
        message: `spec.timeZone: ${verdict.timeZone}`,
        sinceAt: verdict.sinceAt,
      };
    case 'blocked':
      return { reason: JOB_ALREADY_ACTIVE, sinceAt: verdict.dueAt };
    case 'overdue':
      return { reason: 'NotStarted', sinceAt: verdict.dueAt };
    case 'suspended':
      return { reason: SUSPENDED, sinceAt: verdict.dueAt };
    case 'failing': {
      const condition = conditionOf(verdict.jobs[0], 'Failed');
      return {
        reason: condition?.reason || 'Failed',
        message: condition?.message,
        sinceAt: verdict.sinceAt,
      };
    }
  }
}

/** The controller's own word for a start that its policy forbids. */
export const JOB_ALREADY_ACTIVE = 'JobAlreadyActive';
/** Somebody's decision, not a failure. */
export const SUSPENDED = 'Suspended';
