import type { Job } from '#lib/model/workload.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { eventEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { durationText } from '#lib/diagnosis/wording.ts';
import { missedStart } from '#lib/health/cron-job-problem.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

type Said = { readonly title: string; readonly sentence: (name: string) => string };

/** What the controller's warnings mean. A start that was missed stays missed; the next one is tried at its time. */
const SAID: Readonly<Record<string, Said | undefined>> = {
  FailedNeedsStart: {
    title: 'Too many starts missed: it gave up',
    sentence: (name) =>
      `${name} missed more than 100 starts and has no startingDeadlineSeconds: the controller starts nothing more.`,
  },
  TooManyMissedTimes: {
    title: 'Many starts were missed',
    sentence: (name) => `${name} missed more than 100 starts in a row.`,
  },
  MissSchedule: {
    title: 'A start was missed',
    sentence: (name) => `${name} was not started within its startingDeadlineSeconds.`,
  },
  InvalidSchedule: {
    title: 'The schedule never comes',
    sentence: (name) => `The schedule of ${name} names no time that ever comes.`,
  },
  UnparseableCronJobSchedule: {
    title: 'The schedule cannot be read',
    sentence: (name) => `The schedule of ${name} is not one: it is never started.`,
  },
  UnknownTimeZone: {
    title: 'The time zone is unknown',
    sentence: (name) => `${name} names a time zone the controller does not know: it is never started.`,
  },
  FailedCreate: {
    title: 'Its Job cannot be created',
    sentence: (name) => `${name} was due, and the API server refused its Job.`,
  },
};

/** A CronJob did not start when it should have: the controller says so, and what still runs may be why. */
export const cronJobMissed: PodRule = (input) => {
  if (input.pod) return undefined;
  const jobs = (input.workloads ?? []).filter((workload): workload is Job => workload.kind === 'Job');
  const said = missedStart(input.owner, { jobs, events: input.events, now: input.now });
  const words = said && SAID[said.reason];
  if (!said || !words) return undefined;
  const { name, namespace } = input.owner;
  const target = `${shellWord(`cronjob/${name}`)} -n ${shellWord(namespace)}`;
  const busy = jobs.find(({ active }) => active > 0);
  const runs = busy ? ` ${busy.meta.name} has been running for ${running(busy, input)}.` : '';
  return finding({
    causeId: 'cronjob-missed',
    certainty: 'proven',
    title: words.title,
    sentence: `${words.sentence(name)}${runs}`,
    raw: said.message,
    evidence: [
      eventEvidence(said),
      ...(busy
        ? [
            {
              kind: 'object' as const,
              text: `running for ${running(busy, input)}`,
              path: `jobs/${busy.meta.name}`,
              at: busy.meta.createdAt,
            },
          ]
        : []),
    ],
    unchecked: [
      {
        what: `suspend, concurrencyPolicy and schedule of ${name}`,
        permission: `get cronjobs in ${namespace}`,
      },
    ],
    remedies: [
      { title: 'See what it waits for', commands: [`kubectl get ${target} -o yaml`] },
      {
        title: 'Start it now by hand',
        commands: [
          `kubectl create job ${shellWord(`${name.slice(0, 40)}-manual`)} -n ${shellWord(namespace)} --from=${shellWord(`cronjob/${name}`)}`,
        ],
      },
    ],
  });
};

const running = ({ meta }: Job, { now }: DiagnosisInput): string => durationText(now - meta.createdAt);
