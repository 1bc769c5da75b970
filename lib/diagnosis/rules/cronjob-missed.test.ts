import { describe, expect, it } from 'vitest';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { aCronJob, aJob, aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import { aDiagnosisInput } from '#lib/diagnosis/rule-case.fixture.ts';

const owner = aWorkloadRef({ kind: 'CronJob', name: 'report' });
const missed = (reason: string, message: string) => ({
  ...anEvent({ reason, message, firstAt: at('10:00:00'), lastAt: at('10:04:00') }),
  type: 'Warning' as const,
  regarding: { kind: 'CronJob', namespace: 'shop', name: 'report', uid: owner.uid },
});

describe('cronjob-missed', () => {
  it('says that the controller gave up, and how to start it by hand', () => {
    const [found] = diagnose(
      aDiagnosisInput({
        owner,
        workloads: [],
        events: [
          missed(
            'FailedNeedsStart',
            'Cannot determine if job needs to be started: too many missed start time (> 100). Set or decrease .spec.startingDeadlineSeconds or check clock skew',
          ),
        ],
      }),
    );
    expect(found).toMatchObject({ causeId: 'cronjob-missed', certainty: 'proven' });
    expect(found.remedies.flatMap(({ commands }) => commands)).toContain(
      'kubectl create job report-manual -n shop --from=cronjob/report',
    );
  });

  it('names the Job that is still running', () => {
    const job = aJob({ name: 'report-1', createdAt: at('08:00:00') });
    const [found] = diagnose(
      aDiagnosisInput({
        owner,
        workloads: [job],
        events: [
          missed('MissSchedule', 'Missed scheduled time to start a job: Thu, 15 Jan 2026 10:00:00 +0000'),
        ],
      }),
    );
    expect(found.causeId).toBe('cronjob-missed');
    expect(found.sentence).toContain('report-1 has been running since');
  });

  it('does not claim it of another reason', () => {
    const [found] = diagnose(aDiagnosisInput({ owner, events: [missed('UnsupportedSchedule', 'x')] }));
    expect(found.causeId).toBe('unknown');
  });

  it.each([
    [
      'a run that does not end',
      aCronJob({ concurrencyPolicy: 'Forbid', lastScheduleAt: at('09:00:00'), active: ['report-1'] }),
      /^report has started nothing since .* 09:05 UTC, when it was due: report-1 still runs/,
      'kubectl delete job report-1 -n shop',
    ],
    [
      'that it is suspended',
      aCronJob({ suspended: true }),
      /^report is suspended: it has been due since .* 10:00 UTC/,
      `kubectl patch cronjob/report -n shop -p '{"spec":{"suspend":false}}'`,
    ],
    [
      'that it was due',
      aCronJob({ lastScheduleAt: at('09:30:00') }),
      /^report was due at .* 09:35 UTC and has not been started/,
      'kubectl create job report-manual -n shop --from=cronjob/report',
    ],
    [
      'its time zone',
      aCronJob({ timeZone: 'Mars/Olympus', lastScheduleAt: undefined }),
      /^report names the time zone Mars\/Olympus/,
      `kubectl patch cronjob/report -n shop -p '{"spec":{"timeZone":"Etc/UTC"}}'`,
    ],
  ])('names %s, and what to do', (_case, cronJob, sentence, command) => {
    const workloads = cronJob.active.map((name) => aJob({ name, createdAt: at('09:00:00') }));
    const [found] = diagnose(aDiagnosisInput({ owner, cronJob, workloads }));
    expect(found.causeId).toBe('cronjob-missed');
    expect(found.sentence).toMatch(sentence);
    expect(found.unchecked).toEqual([]);
    expect(found.remedies.flatMap(({ commands }) => commands)).toContain(command);
  });
});
