import type { CronJob } from '#lib/model/workload.ts';
import type { Remedy } from '#lib/model/finding.ts';
import {
  cronJobTarget,
  cronJobUnchecked,
  cronJobVerdictOf,
  startByHand,
} from '#lib/diagnosis/cron-job-facts.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import {
  deletedPods,
  endClause,
  failureEvidence,
  jobFailure,
  logCandidates,
  logRemedies,
} from '#lib/diagnosis/job-failure.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { timeText } from '#lib/diagnosis/wording.ts';

/** A CronJob whose runs fail: the cause is that of its newest Job, told of all its runs, with the last that succeeded. */
export const cronJobFailing: PodRule = (input) => {
  const verdict = input.pod ? undefined : cronJobVerdictOf(input);
  if (verdict?.kind !== 'failing') return undefined;
  const { jobs } = verdict;
  const failure = jobFailure(jobs[0], input.siblings);
  if (!failure) return undefined;
  const { name } = failure.job.meta;
  const { cronJob, owner } = input;
  const which = jobs.length > 1 ? `the last ${jobs.length} failed; ${name}` : name;
  return finding({
    causeId: failure.causeId,
    certainty: 'proven',
    title: titleOf(cronJob),
    sentence: `${standing(owner.name, cronJob)}: ${which} ${failure.clause}${endClause(failure)}.`,
    raw: failure.message,
    evidence: [
      ...lastSuccess(cronJob),
      ...failureEvidence(failure, `jobs/${name} status.conditions[Failed]`),
    ],
    candidates: logCandidates(failure),
    unchecked: [...deletedPods(failure), ...cronJobUnchecked(input)],
    remedies: [...logRemedies(failure), ...againRemedies(input)],
  });
};

function titleOf(cronJob: CronJob | undefined): string {
  if (!cronJob) return 'Its last run failed';
  return cronJob.lastSuccessfulAt === undefined ? 'No run has succeeded' : 'Its runs fail';
}

function standing(name: string, cronJob: CronJob | undefined): string {
  if (!cronJob) return `The last run of ${name} failed`;
  const at = cronJob.lastSuccessfulAt;
  const since = at === undefined ? '' : ` since ${timeText(at)}`;
  return `No run of ${name} has succeeded${since}`;
}

function lastSuccess(cronJob: CronJob | undefined) {
  const at = cronJob?.lastSuccessfulAt;
  if (at === undefined) return [];
  return [{ ...fieldEvidence('status.lastSuccessfulTime', `last success ${timeText(at)}`), at }];
}

function againRemedies(input: DiagnosisInput): readonly Remedy[] {
  return [
    {
      title: 'Mend the cause in its Job template',
      detail: 'A Job that failed is not tried again, and keeps its template; the next run takes the new one.',
      commands: [`kubectl edit ${cronJobTarget(input)}`],
    },
    {
      ...startByHand(input, 'Then start a run by hand, and see it succeed'),
      ...(input.cronJob?.suspended ? { detail: 'It is suspended: no run starts by itself.' } : {}),
    },
  ];
}
