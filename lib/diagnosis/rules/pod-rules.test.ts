import { describe, expect, it } from 'vitest';
import { aNode, anEvent } from '#lib/testing/build-cluster.ts';
import { aCondition } from '#lib/testing/build-meta.ts';
import { anUnschedulablePod, aPod } from '#lib/testing/build-pod.ts';
import { aContainer } from '#lib/testing/build-template.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import { aDiagnosisInput, primary, crashed } from '#lib/diagnosis/rule-case.fixture.ts';

describe('pods without a node, or without a pod', () => {
  const message =
    '0/6 nodes are available: 1 node(s) were unschedulable, 2 node(s) had untolerated taint {gpu: true}, 3 Insufficient memory. preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling.';

  it('reads the whole list and takes the reason somebody can act on', () => {
    const [found] = diagnose(aDiagnosisInput({ pod: anUnschedulablePod(message) }));
    expect(found).toMatchObject({
      causeId: 'insufficient-memory',
      certainty: 'proven',
      sentence: 'No node fits: 1 is cordoned, 2 are tainted gpu and 3 lack memory.',
    });
  });

  it('sees a request larger than every node', () => {
    const pod = anUnschedulablePod('0/1 nodes are available: 1 Insufficient memory.', {
      containers: [aContainer({ resources: { requests: { memory: '64Gi' }, limits: {} } })],
    });
    expect(diagnose(aDiagnosisInput({ pod, nodes: [aNode()] }))[0]).toMatchObject({
      title: 'Asks 64 GiB; largest node 16 GiB',
      sentence: 'The pod asks for 64 GiB; the largest node has 16 GiB.',
    });
  });

  it.each([
    ['untolerated-taint', '0/2 nodes are available: 2 node(s) had untolerated taint {gpu: true}.'],
    [
      'node-selector-mismatch',
      "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
    ],
    ['node-cordoned', '0/2 nodes are available: 2 node(s) were unschedulable.'],
    [
      'insufficient-cpu',
      "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 2 Insufficient cpu.",
    ],
  ])('reads %s', (causeId, text) => {
    expect(diagnose(aDiagnosisInput({ pod: anUnschedulablePod(text) }))[0]).toMatchObject({
      causeId,
      certainty: 'proven',
    });
  });

  it('reads the taints of the nodes where the message does not name one', () => {
    const pod = anUnschedulablePod('0/1 nodes are available: 1 node(s) had untolerated taint(s).');
    const taint = (key: string) => aNode({ taints: [{ key, value: '', effect: 'NoSchedule' }] });
    const found = (nodes: ReturnType<typeof aNode>[]) => diagnose(aDiagnosisInput({ pod, nodes }))[0];
    expect(found([])).toMatchObject({ causeId: 'untolerated-taint', certainty: 'possible' });
    expect(found([taint('gpu')])).toMatchObject({ causeId: 'untolerated-taint', certainty: 'proven' });
    expect(found([taint('node.kubernetes.io/disk-pressure')]).causeId).toBe('node-disk-pressure');
  });

  it('says "unknown" for a scheduler text in another wording', () => {
    expect(diagnose(aDiagnosisInput({ pod: anUnschedulablePod('Kein Knoten passt.') }))[0]).toMatchObject({
      causeId: 'unknown',
      raw: 'Kein Knoten passt.',
    });
  });

  it('blames the node before anything the pod shows', () => {
    const node = aNode({
      conditions: [
        aCondition('Ready', 'Unknown', {
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
        }),
      ],
    });
    expect(primary({ status: crashed({ exitCode: 1 }), nodes: [node] })).toMatchObject({
      causeId: 'node-kubelet-stopped',
      certainty: 'proven',
    });
  });

  it('reads an eviction', () => {
    const pod = aPod({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: ephemeral-storage. Threshold quantity: 2, available: 1. ',
      statuses: [],
    });
    expect(diagnose(aDiagnosisInput({ pod }))[0]).toMatchObject({
      causeId: 'evicted-node-pressure',
      certainty: 'proven',
    });
  });

  it('reads a used-up quota from the event of the ReplicaSet', () => {
    const text =
      'Error creating: pods "web-x" is forbidden: exceeded quota: ns-quota, requested: limits.cpu=1, used: limits.cpu=6, limited: limits.cpu=6';
    const [found] = diagnose(
      aDiagnosisInput({ events: [anEvent({ reason: 'FailedCreate', message: text })] }),
    );
    expect(found).toMatchObject({ causeId: 'quota-exceeded', certainty: 'proven' });
    expect(found.sentence).toBe(
      'In quota ns-quota all 6 CPU of limits.cpu are used; the pod asks for 1 CPU.',
    );
  });
});
