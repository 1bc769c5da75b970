import { describe, expect, it } from 'vitest';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { aCondition } from '#lib/testing/build-meta.ts';
import { anUnschedulablePod, aPod } from '#lib/testing/build-pod.ts';
import { aContainer } from '#lib/testing/build-template.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import { aDiagnosisInput } from '#lib/diagnosis/rule-case.fixture.ts';

const pending = { phase: 'Pending', nodeName: undefined, statuses: [], containers: [aContainer()] } as const;
const causeOf = (message: string) =>
  diagnose(aDiagnosisInput({ pod: anUnschedulablePod(message) }))[0].causeId;

describe('what schedulers say besides counting nodes', () => {
  it.each([
    // Until 1.9, once per node and in brackets when there is more than one.
    [
      'pvc-not-found',
      '[SchedulerPredicates failed due to persistentvolumeclaim "data" not found, which is unexpected., SchedulerPredicates failed due to persistentvolumeclaim "data" not found, which is unexpected.]',
    ],
    [
      'pvc-unbound',
      'SchedulerPredicates failed due to PersistentVolumeClaim is not bound: "data", which is unexpected. (repeated 4 times)',
    ],
    [
      'pvc-unbound',
      'running PreBind plugin "VolumeBinding": binding volumes: timed out waiting for the condition',
    ],
    [
      'pvc-unbound',
      'error while running "VolumeBinding" prebind plugin for pod "db-0": Failed to bind volumes: timed out waiting for the condition',
    ],
    [
      'pvc-not-found',
      'error while running "VolumeBinding" prefilter plugin for pod "db-0": could not find v1.PersistentVolumeClaim "shop/data"',
    ],
    ['dra-claim-pending', 'running PreBind plugin "DynamicResources": waiting for resource driver'],
    [
      'gang-waiting',
      '3/4 tasks in gang unschedulable: pod group is not ready, 1 Succeeded, 3 Releasing, 4 minAvailable',
    ],
    ['gang-waiting', '10/6 tasks in gang unschedulable: job is not ready, 10 minAvailable, 6 Pending.'],
    ['gang-waiting', 'pod group is not ready, 3 Pending, 3 minAvailable; Pending: 3 Undetermined'],
    ['gang-waiting', 'Pod shop/train-0 can possibly be assigned to node-1, once minAvailable is satisfied'],
    [
      'gang-waiting',
      '0/10 nodes are available: 10 pre-filter pod train-0 cannot find enough sibling pods, current pods number: 1, minMember of group: 8.',
    ],
    ['gang-waiting', 'optimistic rejection in PostFilter'],
    [
      'gang-waiting',
      'pod "train-0" rejected while waiting on permit: rejected due to timeout after waiting 10s at plugin Coscheduling',
    ],
    ['insufficient-cpu', '0/1 nodes are unavailable: 1 Insufficient cpu.'],
    [
      'insufficient-memory',
      '2/3 tasks in gang unschedulable: pod group is not ready, 3 Pending, 3 minAvailable; Pending: 1 Unschedulable, 2 Schedulable. Origin reason is train-1: 0/2 nodes are unavailable: 2 Insufficient memory.',
    ],
    ['unknown', '0/2 nodes are available: 2 quux of a plugin nobody knows.'],
    ['unknown', 'Quux.'],
  ])('%s: %s', (causeId, message) => {
    expect(causeOf(message)).toBe(causeId);
  });

  it('a claim is named without its namespace', () => {
    const message =
      'error while running "VolumeBinding" prefilter plugin for pod "db-0": could not find v1.PersistentVolumeClaim "shop/data"';
    const [found] = diagnose(aDiagnosisInput({ pod: anUnschedulablePod(message) }));
    expect(found.title).toBe('Claim data does not exist');
  });

  it('a taint that is called like a gang stays a taint', () => {
    expect(causeOf('0/1 nodes are available: 1 node(s) had untolerated taint {gang: a}.')).toBe(
      'untolerated-taint',
    );
  });

  it('a plugin that failed leaves the reason SchedulerError', () => {
    const message =
      'running PreBind plugin "VolumeBinding": binding volumes: timed out waiting for the condition';
    const condition = aCondition('PodScheduled', 'False', { reason: 'SchedulerError', message });
    expect(
      diagnose(aDiagnosisInput({ pod: aPod({ ...pending, conditions: [condition] }) }))[0],
    ).toMatchObject({
      causeId: 'pvc-unbound',
      raw: message,
    });
  });

  it('one that writes no condition is read from its newest event', () => {
    const pod = aPod({ ...pending, conditions: [] });
    const said = (message: string, lastAt: number) =>
      anEvent({ reason: 'FailedScheduling', message, lastAt, about: pod });
    const [found] = diagnose(
      aDiagnosisInput({
        pod,
        events: [
          said('Pod not supported on Fargate: fields not supported: HostNetwork', 1),
          said(
            'Pod not supported on Fargate: volumes not supported: data not supported because: PVC data not bound',
            2,
          ),
        ],
      }),
    );
    expect(found).toMatchObject({ causeId: 'pvc-unbound', evidence: [{ kind: 'event' }] });
  });

  it('what no volume explains on Fargate stays unknown, with its words', () => {
    const pod = aPod({ ...pending, conditions: [] });
    const message = 'Pod not supported on Fargate: invalid SecurityContext fields: Privileged';
    const events = [anEvent({ reason: 'FailedScheduling', message, about: pod })];
    const [found] = diagnose(aDiagnosisInput({ pod, events }));
    expect(found.causeId).toBe('unknown');
    expect(JSON.stringify(found)).toContain('Privileged');
  });
});
