import type { CronJob, Job } from '#lib/model/workload.ts';
import { conditionOf, isConditionTrue } from './condition-of.ts';

export const isFinishedJob = (job: Job): boolean =>
  isConditionTrue(job, 'Complete') || isConditionTrue(job, 'Failed');

/** When the Job controller gave up (epoch ms); undefined when it did not. */
export function jobFailedAt(job: Job): number | undefined {
  const failed = conditionOf(job, 'Failed');
  return failed?.status === 'True' ? (failed.lastTransitionAt ?? job.meta.createdAt) : undefined;
}

/**
 * Whether another Job of its CronJob succeeded after this one failed. A history limit of 0 keeps no Job that succeeded:
 * then the status of the CronJob is all that tells of it.
 */
export function succeededSince(job: Job, cronJob: Pick<CronJob, 'lastSuccessfulAt'> | undefined): boolean {
  const failedAt = jobFailedAt(job);
  return failedAt !== undefined && (cronJob?.lastSuccessfulAt ?? -Infinity) >= failedAt;
}

export const byNewestJob = (a: Job, b: Job): number =>
  b.meta.createdAt - a.meta.createdAt || (a.meta.uid < b.meta.uid ? -1 : 1);
