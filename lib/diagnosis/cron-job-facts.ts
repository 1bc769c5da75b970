import { type CronJobVerdict, cronJobVerdict } from '#lib/health/cron-job-verdict.ts';
import type { Remedy, Unchecked } from '#lib/model/finding.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';
import type { DiagnosisInput } from './diagnosis-input.ts';

export const cronJobVerdictOf = (input: DiagnosisInput): CronJobVerdict | undefined =>
  cronJobVerdict(input.owner, {
    cronJob: input.cronJob,
    jobs: input.workloads ?? [],
    events: input.events,
    now: input.now,
  });

/** "cronjob/report -n shop", for commands. */
export const cronJobTarget = ({ owner: { name, namespace } }: DiagnosisInput): string =>
  `${shellWord(`cronjob/${name}`)} -n ${shellWord(namespace)}`;

/** What only the CronJob itself tells. */
export function cronJobUnchecked({ owner, cronJob }: DiagnosisInput): readonly Unchecked[] {
  if (cronJob) return [];
  return [
    {
      what: `schedule, last success, suspend and concurrencyPolicy of ${owner.name}`,
      permission: `list cronjobs in ${owner.namespace}`,
    },
  ];
}

/** A pod is called as its Job and six characters more, and has 63. */
const MAX_NAME = 40;

export function startByHand({ owner: { name, namespace } }: DiagnosisInput, title: string): Remedy {
  const job = shellWord(`${name.slice(0, MAX_NAME)}-manual`);
  return {
    title,
    commands: [`kubectl create job ${job} -n ${shellWord(namespace)} --from=${shellWord(`cronjob/${name}`)}`],
  };
}
