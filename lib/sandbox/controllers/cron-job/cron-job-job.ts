import { seconds } from '#lib/sandbox/client/time.ts';
import type { CronJob } from '#lib/sandbox/client/workload-objects.ts';
import { controllerRef, type Draft } from '#lib/sandbox/client/write.ts';

/** The name is the lock: one Job per scheduled minute. */
export const jobName = ({ metadata }: CronJob, at: number): string =>
  `${metadata.name}-${Math.floor(at / 60_000)}`;

/** The Job of one start; the annotation keeps when it was due. */
export function draftJob(cronJob: CronJob, at: number): Draft {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(cronJob, at),
      namespace: cronJob.metadata.namespace,
      ...(metadata.labels ? { labels: metadata.labels } : {}),
      annotations: {
        ...metadata.annotations,
        'batch.kubernetes.io/cronjob-scheduled-timestamp': seconds(at),
      },
      ownerReferences: [controllerRef('batch/v1', 'CronJob', cronJob)],
    },
    spec,
  };
}
