import { describe, expect, it } from 'vitest';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import { aDiagnosisInput } from '#lib/diagnosis/rule-case.fixture.ts';
import { aCondition, ownerRefTo } from '#lib/testing/build-meta.ts';
import { aContainerStatus, aPod, terminated } from '#lib/testing/build-pod.ts';
import { aCronJob, aJob, aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';

const owner = aWorkloadRef({ kind: 'CronJob', name: 'report' });
const failed = (name: string, createdAt: number, reason = 'BackoffLimitExceeded') =>
  aJob({
    name,
    createdAt,
    active: 0,
    failed: 2,
    backoffLimit: 1,
    conditions: [aCondition('Failed', 'True', { reason, lastTransitionAt: createdAt + 60_000 })],
  });
const jobs = [failed('report-1', at('09:50:00')), failed('report-2', at('09:55:00'))];
const cronJob = aCronJob({ lastSuccessfulAt: at('09:45:30') });

describe('cronjob-failing', () => {
  it('tells of all runs since the last success, and of the newest in particular', () => {
    const pod = aPod({
      name: 'report-2-x',
      owner: ownerRefTo(jobs[1] ?? aJob()),
      phase: 'Failed',
      statuses: [aContainerStatus({ name: 'app', state: terminated({ exitCode: 3 }) })],
    });
    const [found] = diagnose(aDiagnosisInput({ owner, cronJob, workloads: jobs, siblings: [pod] }));
    expect(found).toMatchObject({
      causeId: 'job-backoff-limit-exceeded',
      certainty: 'proven',
      title: 'Its runs fail',
      sentence:
        'No run of report has succeeded since 2026-01-15 09:45 UTC: the last 2 failed; report-2 failed 2 times (limit 1); its last pod ended with exit code 3.',
      unchecked: [],
    });
    expect(found.evidence[0]).toMatchObject({ path: 'status.lastSuccessfulTime', at: at('09:45:30') });
    expect(found.remedies.flatMap(({ commands }) => commands)).toEqual([
      'kubectl logs report-2-x -n shop -c app',
      'kubectl edit cronjob/report -n shop',
      'kubectl create job report-manual -n shop --from=cronjob/report',
    ]);
  });

  it('says that none ever did, and that it is suspended', () => {
    const never = aCronJob({ lastSuccessfulAt: undefined, suspended: true });
    const [found] = diagnose(
      aDiagnosisInput({
        owner,
        cronJob: never,
        workloads: [failed('report-2', at('09:55:00'), 'DeadlineExceeded')],
      }),
    );
    expect(found).toMatchObject({
      causeId: 'job-deadline-exceeded',
      title: 'No run has succeeded',
      sentence:
        'No run of report has succeeded: report-2 ran longer than its activeDeadlineSeconds and was ended.',
    });
    expect(found.remedies.at(-1)?.detail).toBe('It is suspended: no run starts by itself.');
  });

  it('names what it could not see of a CronJob that may not be read', () => {
    const [found] = diagnose(aDiagnosisInput({ owner, workloads: jobs }));
    expect(found.title).toBe('Its last run failed');
    expect(found.unchecked.at(-1)?.permission).toBe('list cronjobs in shop');
  });

  it('leaves a reason it does not know to nobody', () => {
    const workloads = [failed('report-2', at('09:55:00'), 'SomethingNew')];
    expect(diagnose(aDiagnosisInput({ owner, cronJob, workloads }))[0].causeId).toBe('unknown');
  });
});
