import type { Draft } from '#lib/sandbox/client/write.ts';
import { namespace } from './manifests.ts';
import { after, defineScenario, MINUTE } from './scenario.ts';
import { cronJob, job } from './workload-manifests.ts';

const ON_ITS_OWN_CLOCK =
  'The controllers of a real control plane count deadlines and schedules on their own clock, which does not follow the story.';
const resources = { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '256Mi' } };

export const jobOutOfTries = defineScenario({
  id: 'job-out-of-tries',
  cause: 'job-backoff-limit-exceeded',
  title: 'a Job that exports to a bucket nobody created fails four times and is given up',
  story:
    'A one-off export for the auditors. Each pod throws after a quarter of a minute; with backoffLimit 3 the Job is marked Failed, and nothing tries again.',
  seed: [namespace('data')],
  script: [
    after(
      27 * MINUTE,
      'start the export',
      job(
        'data/export-2025',
        { image: 'ghcr.io/acme/batch-export:1.1.0', resources },
        { backoffLimit: 3, completions: 1 },
      ),
    ),
  ],
  ownPace: 'A real Job controller counts the back-off between tries on its own clock.',
  expect: {
    namespace: 'data',
    workload: 'export-2025',
    kind: 'Job',
    failedJob: true,
    reason: 'BackoffLimitExceeded',
    exitCode: 1,
    log: 'RuntimeError: bucket acme-exports does not exist',
    event: { reason: 'BackoffLimitExceeded', about: 'Job' },
    says: 'Job has reached the specified backoff limit',
  },
});

export const jobPastDeadline = defineScenario({
  id: 'job-past-deadline',
  cause: 'job-deadline-exceeded',
  title: 'a Job that drains a queue is still at it when its deadline comes',
  story:
    'It was given four minutes. The queue is fed faster than it is drained, so the Job is stopped: its pod is deleted, and with it the log.',
  seed: [namespace('payments')],
  script: [
    after(
      24 * MINUTE,
      'start the drain',
      job(
        'payments/drain-refunds',
        { image: 'ghcr.io/acme/consumer:1.0.0', resources },
        { backoffLimit: 0, activeDeadlineSeconds: 240 },
      ),
    ),
  ],
  onlyInSandbox: ON_ITS_OWN_CLOCK,
  expect: {
    namespace: 'payments',
    workload: 'drain-refunds',
    kind: 'Job',
    failedJob: true,
    reason: 'DeadlineExceeded',
    event: { reason: 'DeadlineExceeded', about: 'Job' },
    says: 'Job was active longer than specified deadline',
  },
});

const ledgerExport = (tag: string): Draft =>
  cronJob(
    'data/ledger-export',
    {
      image: `ghcr.io/acme/batch-export:${tag}`,
      resources,
      annotations: { 'kubernetes.io/change-cause': `release ${tag}` },
    },
    { schedule: '*/5 * * * *', concurrencyPolicy: 'Forbid', jobSpec: { backoffLimit: 1 } },
  );

export const cronJobFailing = defineScenario({
  id: 'cron-job-failing',
  cause: 'job-backoff-limit-exceeded',
  title: 'ledger-export has failed every five minutes since release 1.1.0',
  story:
    'The CronJob itself looks well, it starts a Job on time each time. Since the release every one of them throws, tries once more, and is given up.',
  seed: [namespace('data'), ledgerExport('1.0.0')],
  script: [after(22 * MINUTE, 'release 1.1.0', ledgerExport('1.1.0'))],
  onlyInSandbox: ON_ITS_OWN_CLOCK,
  expect: {
    namespace: 'data',
    workload: 'ledger-export',
    kind: 'CronJob',
    failedJob: true,
    reason: 'BackoffLimitExceeded',
    exitCode: 1,
    log: 'RuntimeError: bucket acme-exports does not exist',
    event: { reason: 'BackoffLimitExceeded', about: 'Job' },
  },
});

/** Work that should have ended well. */
export const TASKS = [jobOutOfTries, jobPastDeadline, cronJobFailing];
