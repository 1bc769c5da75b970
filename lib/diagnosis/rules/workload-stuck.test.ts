import { describe, expect, it } from 'vitest';
import { aCondition } from '#lib/testing/build-meta.ts';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { aContainerStatus, aPod, terminated, waiting } from '#lib/testing/build-pod.ts';
import { aDeployment, aJob, aStatefulSet } from '#lib/testing/build-workload.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import { aDiagnosisInput, crashed, inputOf } from '#lib/diagnosis/rule-case.fixture.ts';

describe('a workload whose pods do not tell', () => {
  it.each([
    ['job-backoff-limit-exceeded', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'],
    ['job-deadline-exceeded', 'DeadlineExceeded', 'Job was active longer than specified deadline'],
  ])('%s', (causeId, reason, message) => {
    const job = aJob({ conditions: [aCondition('Failed', 'True', { reason, message })] });
    const ended = aPod({
      phase: 'Failed',
      statuses: [aContainerStatus({ state: terminated({ exitCode: 3 }) })],
    });
    const [found] = diagnose(aDiagnosisInput({ workloads: [job], siblings: [ended] }));
    expect(found).toMatchObject({ causeId, certainty: 'proven', raw: message });
    expect(found.evidence.at(-1)?.text).toContain('exit code 3');
    const [alone] = diagnose(aDiagnosisInput({ workloads: [job] }));
    expect(alone.unchecked).toHaveLength(1);
  });

  it('says nothing of a Job that is at work', () => {
    expect(diagnose(aDiagnosisInput({ workloads: [aJob()] }))[0].causeId).toBe('unknown');
  });

  it('names a rollout that stands still', () => {
    const message = 'ReplicaSet "web-5f7d" has timed out progressing.';
    const deployment = aDeployment({
      conditions: [aCondition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded', message })],
    });
    expect(diagnose(aDiagnosisInput({ deployment }))[0]).toMatchObject({
      causeId: 'progress-deadline-exceeded',
      certainty: 'likely',
    });
  });

  it('sees a StatefulSet wait for a broken pod of the revision before', () => {
    const set = aStatefulSet({ updateRevision: 'db-2', currentRevision: 'db-1' });
    const told = (hash: string) => {
      const pod = aPod({
        labels: { 'controller-revision-hash': hash },
        statuses: [aContainerStatus(crashed({}))],
      });
      return diagnose(aDiagnosisInput({ pod, workloads: [set] }))[0].causeId;
    };
    expect(told('db-1')).toBe('statefulset-stuck-on-broken-pod');
    expect(told('db-2')).toBe('app-error-exit');
  });

  it('sees a DaemonSet make the same pod again and again', () => {
    const owner = { kind: 'DaemonSet', namespace: 'shop', name: 'agent', uid: 'u' };
    const event = anEvent({ reason: 'FailedDaemonPod', message: 'Found failed daemon pod', count: 4 });
    expect(diagnose(aDiagnosisInput({ owner, events: [event] }))[0].causeId).toBe(
      'daemonset-failed-pod-loop',
    );
  });

  it.each([
    [
      'admission-webhook-denied',
      'proven',
      'pods "web-1" is forbidden: no PriorityClass with name high was found',
    ],
    [
      'admission-webhook-unavailable',
      'possible',
      'Timeout: request did not complete within requested timeout - context deadline exceeded',
    ],
  ])('%s, %s: %s', (causeId, certainty, message) => {
    const events = [anEvent({ reason: 'FailedCreate', message: `Error creating: ${message}` })];
    expect(diagnose(aDiagnosisInput({ events }))[0]).toMatchObject({ causeId, certainty });
  });
});

describe('a pull secret that does not parse', () => {
  it('becomes the waiting reason', () => {
    const reason = "invalid character 'x' looking for beginning of value";
    const input = inputOf({ status: { state: waiting(reason, reason) }, imagePullSecrets: ['regcred'] });
    expect(diagnose(input)[0]).toMatchObject({ causeId: 'pull-secret-malformed', certainty: 'likely' });
    const without = inputOf({ status: { state: waiting(reason, reason) } });
    expect(diagnose(without)[0].causeId).toBe('unknown');
  });
});

describe('several troubles in one pod', () => {
  const order = (pod: ReturnType<typeof aPod>) =>
    diagnose(aDiagnosisInput({ pod })).map(({ container }) => container);

  it('tells of init containers first, then of the oldest failure, then of what never started', () => {
    const pod = aPod({
      initStatuses: [aContainerStatus({ ...crashed({ finishedAt: 3000 }), name: 'late-init' })],
      statuses: [
        aContainerStatus({
          name: 'a-never',
          state: waiting('ImagePullBackOff', 'Back-off pulling image "x"'),
          ready: false,
        }),
        aContainerStatus({ ...crashed({ finishedAt: 2000 }), name: 'b-later' }),
        aContainerStatus({ ...crashed({ finishedAt: 1000 }), name: 'c-first' }),
      ],
    });
    expect(order(pod)).toEqual(['late-init', 'c-first', 'b-later', 'a-never']);
  });

  it.each([
    [
      'a configuration error before an old crash',
      crashed({ exitCode: 137, reason: 'OOMKilled' }),
      'CreateContainerConfigError',
      'configmap "x" not found',
      'configmap-not-found',
    ],
    [
      'an image error before an old crash',
      crashed({ exitCode: 1 }),
      'ErrImageNeverPull',
      'Container image "x" is not present with pull policy of Never',
      'image-never-pull-absent',
    ],
    [
      'a start error before an old exit code',
      crashed({ exitCode: 1 }),
      'CreateContainerError',
      'context deadline exceeded',
      'node-runtime-unhealthy',
    ],
  ])('%s', (_name, status, reason, message, causeId) => {
    const input = inputOf({ status: { ...status, state: waiting(reason, message) } });
    expect(diagnose(input)[0].causeId).toBe(causeId);
  });
});
