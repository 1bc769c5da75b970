import {
  cronJobTarget,
  cronJobUnchecked,
  cronJobVerdictOf,
  startByHand,
} from '#lib/diagnosis/cron-job-facts.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { eventEvidence, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding, type FindingParts } from '#lib/diagnosis/finding.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { timeText } from '#lib/diagnosis/wording.ts';
import { JOB_ALREADY_ACTIVE } from '#lib/health/cron-job-problem.ts';
import type { CronJobVerdict } from '#lib/health/cron-job-verdict.ts';
import type { Evidence } from '#lib/model/finding.ts';
import type { Job } from '#lib/model/workload.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

type Told<K extends CronJobVerdict['kind']> = Extract<CronJobVerdict, { kind: K }>;
type Parts = Omit<FindingParts, 'causeId' | 'unchecked'>;

/** A CronJob did not start when it should have: the controller says so, or the object itself shows why. */
export const cronJobMissed: PodRule = (input) => {
  const verdict = input.pod ? undefined : cronJobVerdictOf(input);
  const parts = verdict && partsOf(verdict, input);
  return parts && finding({ ...parts, causeId: 'cronjob-missed', unchecked: cronJobUnchecked(input) });
};

function partsOf(verdict: CronJobVerdict, input: DiagnosisInput): Parts | undefined {
  switch (verdict.kind) {
    case 'not-started':
      return notStarted(verdict, input);
    case 'unknown-time-zone':
      return unknownTimeZone(verdict, input);
    case 'blocked':
      return blocked(verdict, input);
    case 'overdue':
      return overdue(verdict, input);
    case 'suspended':
      return suspended(verdict, input);
    case 'failing':
      return undefined;
  }
}

type Said = { readonly title: string; readonly sentence: (name: string) => string };

const UNREADABLE: Said = {
  title: 'The schedule cannot be read',
  sentence: (name) => `The schedule of ${name} is not one: it is never started.`,
};

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
  UnparseableSchedule: UNREADABLE,
  UnparseableCronJobSchedule: UNREADABLE,
  UnknownTimeZone: {
    title: 'The time zone is unknown',
    sentence: (name) => `${name} names a time zone the controller does not know: it is never started.`,
  },
  FailedCreate: {
    title: 'Its Job cannot be created',
    sentence: (name) => `${name} was due, and the API server refused its Job.`,
  },
};

function notStarted({ event }: Told<'not-started'>, input: DiagnosisInput): Parts | undefined {
  const words = SAID[event.reason];
  if (!words) return undefined;
  const busy = (input.workloads ?? []).find((job): job is Job => job.kind === 'Job' && job.active > 0);
  const runs = busy ? ` ${busy.meta.name} has been running since ${timeText(busy.meta.createdAt)}.` : '';
  return {
    certainty: 'proven',
    title: words.title,
    sentence: `${words.sentence(input.owner.name)}${runs}`,
    raw: event.message,
    evidence: [eventEvidence(event), ...(busy ? [runningSince(busy)] : [])],
    remedies: [
      { title: 'See what it waits for', commands: [`kubectl get ${cronJobTarget(input)} -o yaml`] },
      startByHand(input, 'Start it now by hand'),
    ],
  };
}

function unknownTimeZone({ timeZone }: Told<'unknown-time-zone'>, input: DiagnosisInput): Parts {
  return {
    certainty: 'likely',
    title: 'The time zone is unknown',
    sentence: `${input.owner.name} names the time zone ${timeZone}, which is in no tz database we know, and nothing has started: it is never started.`,
    evidence: [fieldEvidence('spec.timeZone', timeZone), lastStart(input)],
    remedies: [
      {
        title: 'Name a zone of the tz database',
        detail: 'As in "Europe/Berlin"; "Etc/UTC" is always there.',
        commands: [patch(input, { timeZone: 'Etc/UTC' })],
      },
      startByHand(input, 'Start it now by hand'),
    ],
  };
}

function blocked({ job, dueAt }: Told<'blocked'>, input: DiagnosisInput): Parts {
  const { name } = job.meta;
  const namespace = shellWord(input.owner.namespace);
  return {
    certainty: 'proven',
    title: 'A run that does not end blocks it',
    sentence: `${input.owner.name} has started nothing since ${timeText(dueAt)}, when it was due: ${name} still runs, and concurrencyPolicy Forbid allows no second one.`,
    evidence: [
      fieldEvidence('spec.concurrencyPolicy', 'Forbid'),
      runningSince(job),
      lastStart(input),
      ...input.events
        .filter(({ reason }) => reason === JOB_ALREADY_ACTIVE)
        .slice(0, 1)
        .map(eventEvidence),
    ],
    remedies: [
      {
        title: `See what ${name} does`,
        commands: [
          `kubectl describe job ${shellWord(name)} -n ${namespace}`,
          `kubectl logs -n ${namespace} -l ${shellWord(`batch.kubernetes.io/job-name=${name}`)} --tail=50`,
        ],
      },
      {
        title: 'If it hangs, delete it',
        detail: `Its pods go with it${caughtUp(input) ? '; the newest start that fell out is made up for at once' : ''}.`,
        commands: [`kubectl delete job ${shellWord(name)} -n ${namespace}`],
      },
      {
        title: 'Give its runs a deadline',
        detail: 'Longer than a run may take, shorter than the time between two.',
        commands: [patch(input, { jobTemplate: { spec: { activeDeadlineSeconds: 3600 } } })],
      },
    ],
  };
}

function overdue({ dueAt }: Told<'overdue'>, input: DiagnosisInput): Parts {
  const { name, namespace } = input.owner;
  return {
    certainty: 'likely',
    title: 'It was due and did not start',
    sentence: `${name} was due at ${timeText(dueAt)} and has not been started; nothing says why.`,
    evidence: [scheduleOf(input), lastStart(input)],
    candidates: [
      {
        causeId: 'cronjob-missed',
        sentence: 'kube-controller-manager may be down or without a leader: then no CronJob starts.',
        check: 'See whether other CronJobs start.',
      },
      {
        causeId: 'admission-webhook-denied',
        sentence: 'The API server may refuse its Job, and the event that said so is gone.',
        check: 'Start a run by hand: it is refused in the same words.',
      },
    ],
    remedies: [
      startByHand(input, 'Start it now by hand'),
      {
        title: 'See whether the controller works',
        commands: [
          'kubectl get lease kube-controller-manager -n kube-system',
          `kubectl get events -n ${shellWord(namespace)} --field-selector ${shellWord(`involvedObject.name=${name}`)}`,
        ],
      },
    ],
  };
}

function suspended({ dueAt }: Told<'suspended'>, input: DiagnosisInput): Parts {
  return {
    certainty: 'proven',
    title: 'It is suspended',
    sentence: `${input.owner.name} is suspended: it has been due since ${timeText(dueAt)}, and starts nothing until somebody resumes it.`,
    evidence: [fieldEvidence('spec.suspend', 'true'), scheduleOf(input), lastStart(input)],
    remedies: [
      {
        title: 'Resume it, if that is no longer meant',
        ...(caughtUp(input) ? { detail: 'The newest start it missed is then made up for at once.' } : {}),
        commands: [patch(input, { suspend: false })],
      },
    ],
  };
}

/** Without a starting deadline the controller makes up for the newest start it missed. */
const caughtUp = ({ cronJob }: DiagnosisInput) => cronJob?.startingDeadlineSeconds === undefined;

const patch = (input: DiagnosisInput, spec: object): string =>
  `kubectl patch ${cronJobTarget(input)} -p '${JSON.stringify({ spec })}'`;

const runningSince = ({ meta }: Job): Evidence => ({
  kind: 'object',
  text: `running since ${timeText(meta.createdAt)}`,
  path: `jobs/${meta.name}`,
  at: meta.createdAt,
});

function scheduleOf({ cronJob }: DiagnosisInput): Evidence {
  const zone = cronJob?.timeZone === undefined ? '' : ` in ${cronJob.timeZone}`;
  return fieldEvidence('spec.schedule', `${cronJob?.schedule ?? ''}${zone}`);
}

function lastStart({ cronJob }: DiagnosisInput): Evidence {
  const at = cronJob?.lastScheduleAt;
  if (at === undefined) return fieldEvidence('status.lastScheduleTime', 'never started');
  return { ...fieldEvidence('status.lastScheduleTime', `last started for ${timeText(at)}`), at };
}
