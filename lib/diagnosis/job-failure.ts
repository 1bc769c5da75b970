import { conditionOf } from '#lib/health/condition-of.ts';
import type { Candidate, Evidence, Remedy, Unchecked } from '#lib/model/finding.ts';
import type { Pod, Terminated } from '#lib/model/pod.ts';
import type { Job } from '#lib/model/workload.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';
import { fieldEvidence } from './evidence.ts';

/** A Job its controller gave up on: at which limit, and how its last pod ended if that still exists. */
export type JobFailure = {
  readonly job: Job;
  readonly causeId: 'job-deadline-exceeded' | 'job-backoff-limit-exceeded';
  readonly isLate: boolean;
  readonly reason: string;
  readonly message: string;
  /** "failed 4 times (limit 3)" */
  readonly clause: string;
  readonly last?: { readonly pod: string; readonly container: string; readonly exit: Terminated };
};

const LIMITS: ReadonlySet<string> = new Set([
  'BackoffLimitExceeded',
  'FailedIndexes',
  'MaxFailedIndexesExceeded',
  'PodFailurePolicy',
]);

/**
 * The Job controller gave up, and says at which limit; undefined when it did not, or for a reason we do not know.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/job/job_controller.go
 */
export function jobFailure(job: Job, pods: readonly Pod[]): JobFailure | undefined {
  const failed = ['Failed', 'FailureTarget']
    .map((type) => conditionOf(job, type))
    .find((condition) => condition?.status === 'True');
  if (!failed) return undefined;
  const { reason, message } = failed;
  const isLate = reason === 'DeadlineExceeded';
  if (!isLate && !LIMITS.has(reason)) return undefined;
  return {
    job,
    causeId: isLate ? 'job-deadline-exceeded' : 'job-backoff-limit-exceeded',
    isLate,
    reason,
    message,
    clause: isLate
      ? 'ran longer than its activeDeadlineSeconds and was ended'
      : `failed ${job.failed} times (limit ${job.backoffLimit})`,
    last: lastExit(job, pods),
  };
}

function lastExit({ meta: { uid } }: Job, pods: readonly Pod[]): JobFailure['last'] {
  return pods
    .filter(({ meta }) => meta.owner === undefined || meta.owner.uid === uid)
    .flatMap(({ meta, initStatuses, statuses }) =>
      [...initStatuses, ...statuses].flatMap(({ name, state, lastTermination }) => {
        const exit = state.kind === 'terminated' ? state : lastTermination;
        return exit && exit.exitCode !== 0 ? [{ pod: meta.name, container: name, exit }] : [];
      }),
    )
    .toSorted((a, b) => b.exit.finishedAt - a.exit.finishedAt)[0];
}

/** "; its last pod ended with exit code 1" */
export const endClause = ({ isLate, last }: JobFailure): string =>
  last && !isLate ? `; its last pod ended with exit code ${last.exit.exitCode}` : '';

export function failureEvidence({ reason, message, last }: JobFailure, path: string): Evidence[] {
  const condition = fieldEvidence(path, `${reason}: ${message}`);
  if (!last) return [condition];
  const { pod, container, exit } = last;
  const end = fieldEvidence(
    `pods/${pod} status.containerStatuses[${container}].state.terminated`,
    `${exit.reason}, exit code ${exit.exitCode}`,
  );
  return [condition, { ...end, at: exit.finishedAt }];
}

export function logCandidates({ last }: JobFailure): Candidate[] {
  if (!last) return [];
  return [
    {
      causeId: 'app-error-exit',
      sentence: `Why its pods fail is in the log of ${last.pod}.`,
      check: `Read the log of ${last.pod}.`,
    },
  ];
}

export const deletedPods = ({ last }: JobFailure): Unchecked[] =>
  last ? [] : [{ what: 'Its pods, which are deleted, and their logs with them' }];

export function logRemedies({ job, last }: JobFailure): Remedy[] {
  if (!last) return [];
  const log = `kubectl logs ${shellWord(last.pod)} -n ${shellWord(job.meta.namespace)} -c ${shellWord(last.container)}`;
  return [{ title: 'Read the log of its last pod', commands: [log] }];
}
