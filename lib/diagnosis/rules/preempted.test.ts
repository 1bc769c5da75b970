import { describe, expect, it } from 'vitest';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { anUnschedulablePod } from '#lib/testing/build-pod.ts';
import { at } from '#lib/testing/time.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import { aDiagnosisInput } from '#lib/diagnosis/rule-case.fixture.ts';

const NO_ROOM =
  "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match Pod's node affinity/selector.";

const preempted = (input: Partial<KubeEvent> = {}, name = 'web-5f7d-aaaaa') =>
  anEvent({
    type: 'Normal',
    component: 'default-scheduler',
    reason: 'Preempted',
    message: 'Preempted by pod 5a5b3c62-8f0c-4d43-9f0b-0a8f4f6f1c11 on node analytics-1',
    lastAt: at('09:30:00'),
    ...input,
    regarding: { name, uid: `shop/${name}/gone` },
  });

function found(event: KubeEvent, message = NO_ROOM, owner = 'ReplicaSet') {
  const pod = anUnschedulablePod(message, { name: 'web-5f7d-abcde', createdAt: at('09:30:01') });
  const meta = { ...pod.meta, owner: { apiVersion: 'apps/v1', kind: owner, name: 'web-5f7d', uid: 'rs' } };
  return diagnose(aDiagnosisInput({ pod: { ...pod, meta }, events: [event] }))[0];
}

describe('the replacement of a pod that had to make room', () => {
  it('names who had to go, where, and why the new one waits', () => {
    expect(found(preempted())).toMatchObject({
      causeId: 'preempted',
      certainty: 'likely',
      sentence:
        'The scheduler ended web-5f7d-aaaaa on analytics-1 to make room for a pod of higher priority. Its replacement waits: no node fits, 1 lacks CPU and 2 do not match the node selector.',
      raw: NO_ROOM,
    });
  });

  it('names the other pod where the scheduler does', () => {
    const event = preempted({ message: 'Preempted by pay/risk-7c9d-x2k8f on node analytics-1' });
    expect(found(event).sentence).toContain('to make room for pay/risk-7c9d-x2k8f.');
  });

  it.each([
    ['it was made long after', preempted({ lastAt: at('09:10:00') })],
    ['the victim was of another workload', preempted({}, 'api-77aa-bbbbb')],
    ['the victim was of another revision', preempted({}, 'web-6c8e-bbbbb')],
    [
      'the victim lived elsewhere',
      { ...preempted(), regarding: { ...preempted().regarding, namespace: 'pay' } },
    ],
  ])('is none when %s', (_why, event) => {
    expect(found(event).causeId).toBe('insufficient-cpu');
  });

  it('is none of what keeps it off that is not room', () => {
    const selector = "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.";
    expect(found(preempted(), selector).causeId).toBe('node-selector-mismatch');
  });

  it('has its own name in a StatefulSet', () => {
    expect(found(preempted({}, 'web-5f7d-abcde'), NO_ROOM, 'StatefulSet').causeId).toBe('preempted');
    expect(found(preempted(), NO_ROOM, 'StatefulSet').causeId).toBe('insufficient-cpu');
  });
});
