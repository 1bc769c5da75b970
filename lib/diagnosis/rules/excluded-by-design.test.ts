import { describe, expect, it } from 'vitest';
import type { PodTemplate } from '#lib/model/pod-template.ts';
import { aNode } from '#lib/testing/build-cluster.ts';
import { anUnschedulablePod } from '#lib/testing/build-pod.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import { aDiagnosisInput } from '#lib/diagnosis/rule-case.fixture.ts';

type NodeInput = Parameters<typeof aNode>[0];

const CONTROL_PLANE = aNode({
  name: 'control-plane',
  taints: [{ key: 'node-role.kubernetes.io/control-plane', value: '', effect: 'NoSchedule' }],
});
const worker = (name: string, input: NodeInput = {}) => aNode({ name, ...input });
const pool = (name: string, input: NodeInput = {}) =>
  aNode({ name, meta: { labels: { pool: 'ml' } }, ...input });
const taint = (key: string) => ({ taints: [{ key, value: 'x', effect: 'NoSchedule' }] });
const IN_POOL = { nodeSelector: { pool: 'ml' } };

const reasons = (text: string) =>
  `0/4 nodes are available: ${text}. no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.`;

function found(text: string, nodes: ReturnType<typeof aNode>[], template: Partial<PodTemplate> = IN_POOL) {
  const pod = anUnschedulablePod(reasons(text), { template });
  return diagnose(aDiagnosisInput({ pod, nodes }))[0];
}

describe('nodes that nothing but taints, cordons and selectors keeps away', () => {
  const TAINTED = "1 node(s) had untolerated taint(s), 3 node(s) didn't match Pod's node affinity/selector";
  const CORDONED = "1 node(s) were unschedulable, 3 node(s) didn't match Pod's node affinity/selector";
  const workers = [worker('worker-1'), worker('worker-2')];

  it('the taint counts when it is on the node the selector admits', () => {
    const nodes = [...workers, worker('worker-3'), pool('gpu-1', taint('nvidia.com/gpu'))];
    expect(found(TAINTED, nodes)).toMatchObject({
      causeId: 'untolerated-taint',
      certainty: 'proven',
      sentence: 'Only gpu-1 matches the node selector: it is tainted nvidia.com/gpu.',
      evidence: [
        { path: 'status.conditions[PodScheduled]' },
        { path: 'nodes/gpu-1 spec.taints', text: 'nvidia.com/gpu=x:NoSchedule' },
      ],
    });
  });

  it('the selector counts when the tainted node would not match it either', () => {
    expect(found(TAINTED, [CONTROL_PLANE, ...workers, worker('worker-3')])).toMatchObject({
      causeId: 'node-selector-mismatch',
      certainty: 'proven',
      sentence: 'No node has the label pool=ml the pod asks for.',
    });
  });

  it('a taint the node carries because it is sick is no matter of tolerations', () => {
    const nodes = [CONTROL_PLANE, ...workers, pool('ml-1', taint('node.kubernetes.io/disk-pressure'))];
    expect(found(TAINTED, nodes)).toMatchObject({ causeId: 'node-disk-pressure', certainty: 'proven' });
  });

  it('a taint that is tolerated is not named', () => {
    const both = { taints: [...taint('pool').taints, ...taint('nvidia.com/gpu').taints] };
    const template = { ...IN_POOL, tolerations: [{ key: 'pool', operator: 'Exists' as const }] };
    expect(found(TAINTED, [...workers, pool('gpu-1', both)], template).sentence).toBe(
      'Only gpu-1 matches the node selector: it is tainted nvidia.com/gpu.',
    );
  });

  it('the cordon counts when the selector admits only cordoned nodes, and only those are uncordoned', () => {
    const nodes = [...workers, pool('ml-1', { unschedulable: true }), pool('ml-2', { unschedulable: true })];
    const text = "3 node(s) were unschedulable, 1 node(s) didn't match Pod's node affinity/selector";
    expect(found(text, [worker('worker-9', { unschedulable: true }), ...nodes])).toMatchObject({
      causeId: 'node-cordoned',
      certainty: 'proven',
      sentence: 'Only ml-1 and ml-2 match the node selector: they are cordoned.',
      remedies: [{ commands: ['kubectl uncordon ml-1', 'kubectl uncordon ml-2'] }],
    });
  });

  it('what keeps off most of the admitted nodes is the cause, the rest is told', () => {
    const nodes = [
      ...workers,
      pool('ml-1', taint('gpu')),
      pool('ml-2', taint('gpu')),
      pool('ml-3', { unschedulable: true }),
    ];
    const text =
      "1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector, 2 node(s) had untolerated taint(s)";
    expect(found(text, nodes)).toMatchObject({
      causeId: 'untolerated-taint',
      sentence: 'Only ml-1, ml-2 and ml-3 match the node selector: 1 is cordoned and 2 are tainted gpu.',
    });
  });

  it('required affinity selects too', () => {
    const labels = [{ key: 'zone', operator: 'In' as const, values: ['d', 'e'] }];
    const template = { nodeTerms: [{ labels, fields: [] }] };
    expect(found(TAINTED, [CONTROL_PLANE, ...workers, worker('worker-3')], template)).toMatchObject({
      causeId: 'node-selector-mismatch',
      sentence: 'No node has what the node affinity requires: zone In (d, e).',
    });
    const inZone = worker('gpu-1', { meta: { labels: { zone: 'd' } }, ...taint('gpu') });
    expect(found(TAINTED, [...workers, inZone], template).causeId).toBe('untolerated-taint');
  });

  it('nodes that may not be read leave it likely, and that is said', () => {
    expect(found(CORDONED, [])).toMatchObject({
      causeId: 'node-selector-mismatch',
      certainty: 'likely',
      unchecked: [{ permission: 'list nodes' }],
    });
  });

  it('nodes that have changed since do not overrule what the scheduler saw', () => {
    expect(found(CORDONED, [...workers, pool('ml-1')])).toMatchObject({
      causeId: 'node-selector-mismatch',
      certainty: 'likely',
    });
  });

  it('are not looked at when an admitted node lacks room', () => {
    const text =
      "1 Insufficient memory, 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector";
    const nodes = [...workers, pool('ml-1'), pool('ml-2', { unschedulable: true })];
    expect(found(text, nodes).causeId).toBe('insufficient-memory');
  });
});

describe('a request larger than any node of its pool', () => {
  it('is compared with the nodes the selector admits', () => {
    const small = pool('ml-1', { allocatable: { memory: '2Gi' } });
    const pod = anUnschedulablePod(
      reasons("1 Insufficient memory, 1 node(s) didn't match Pod's node affinity/selector"),
      {
        template: IN_POOL,
      },
    );
    const [container] = pod.template.containers;
    if (!container) throw new Error('The builder makes one.');
    const containers = [{ ...container, resources: { requests: { memory: '8Gi' }, limits: {} } }];
    const asking = { ...pod, template: { ...pod.template, containers } };
    const [first] = diagnose(aDiagnosisInput({ pod: asking, nodes: [worker('big'), small] }));
    expect(first.sentence).toBe('The pod asks for 8 GiB; the largest node has 2 GiB.');
  });
});
