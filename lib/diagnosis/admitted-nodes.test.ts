import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Taint } from '#lib/model/node.ts';
import type { NodeRequirement, PodTemplate, Toleration } from '#lib/model/pod-template.ts';
import { aNode } from '#lib/testing/build-cluster.ts';
import { aTemplate } from '#lib/testing/build-template.ts';
import { admittedNodes, isCordonedFor, untolerated } from './admitted-nodes.ts';

const labelled = (...labels: NodeRequirement[]) => aTemplate({ nodeTerms: [{ labels, fields: [] }] });
const zoneIn = (...values: string[]): NodeRequirement => ({ key: 'zone', operator: 'In', values });

const NODES = [
  aNode({ name: 'plain', meta: { labels: { zone: 'a', cores: '4' } } }),
  aNode({ name: 'gpu-1', meta: { labels: { zone: 'b', accelerator: 'l4', cores: '16' } } }),
];
const admitted = (template: PodTemplate) => admittedNodes(template, NODES).map(({ meta }) => meta.name);

describe('nodes a pod asks for', () => {
  it('are all when it asks for nothing', () => {
    expect(admitted(aTemplate())).toEqual(['plain', 'gpu-1']);
  });

  it('carry every label of its selector', () => {
    expect(admitted(aTemplate({ nodeSelector: { zone: 'b', accelerator: 'l4' } }))).toEqual(['gpu-1']);
    expect(admitted(aTemplate({ nodeSelector: { zone: 'a', accelerator: 'l4' } }))).toEqual([]);
  });

  it.each<[NodeRequirement['operator'], string[], string[]]>([
    ['In', ['a', 'c'], ['plain']],
    ['NotIn', ['a'], ['gpu-1']],
    ['Exists', [], ['plain', 'gpu-1']],
    ['DoesNotExist', [], []],
  ])('meet zone %s %j', (operator, values, expected) => {
    expect(admitted(labelled({ key: 'zone', operator, values }))).toEqual(expected);
  });

  it.each<[NodeRequirement['operator'], string, string[]]>([
    ['Gt', '4', ['gpu-1']],
    ['Lt', '5', ['plain']],
    ['Gt', 'many', []],
  ])('have cores %s %s', (operator, limit, expected) => {
    expect(admitted(labelled({ key: 'cores', operator, values: [limit] }))).toEqual(expected);
  });

  it('lack a label that is ruled out', () => {
    expect(admitted(labelled({ key: 'accelerator', operator: 'NotIn', values: ['l4'] }))).toEqual(['plain']);
  });

  it('meet all of one term', () => {
    const both = [zoneIn('a', 'b'), { key: 'accelerator', operator: 'Exists', values: [] }] as const;
    expect(admitted(labelled(...both))).toEqual(['gpu-1']);
  });

  it('match one of several terms; a term that asks for nothing matches none', () => {
    const nodeTerms = [zoneIn('c'), zoneIn('b')].map((zone) => ({ labels: [zone], fields: [] }));
    expect(admitted(aTemplate({ nodeTerms }))).toEqual(['gpu-1']);
    expect(admitted(labelled())).toEqual([]);
  });

  it('are the one a DaemonSet names', () => {
    const fields = [{ key: 'metadata.name', operator: 'In', values: ['gpu-1'] }] as const;
    expect(admitted(aTemplate({ nodeTerms: [{ labels: [], fields }] }))).toEqual(['gpu-1']);
  });
});

describe('taints a pod does not tolerate', () => {
  const pool: Taint = { key: 'pool', value: 'ml', effect: 'NoSchedule' };
  it.each<[string, Toleration, Taint, boolean]>([
    [
      'the same key, value and effect',
      { key: 'pool', operator: 'Equal', value: 'ml', effect: 'NoSchedule' },
      pool,
      true,
    ],
    ['another value', { key: 'pool', operator: 'Equal', value: 'web' }, pool, false],
    ['any value', { key: 'pool', operator: 'Exists' }, pool, true],
    ['another effect', { key: 'pool', operator: 'Exists', effect: 'NoExecute' }, pool, false],
    ['another key', { key: 'gpu', operator: 'Exists' }, pool, false],
    ['everything', { operator: 'Exists' }, { key: 'a', value: 'b', effect: 'NoExecute' }, true],
    [
      'nothing, and need not',
      { key: 'x', operator: 'Exists' },
      { ...pool, effect: 'PreferNoSchedule' },
      true,
    ],
  ])('a toleration of %s', (_what, toleration, taint, isTolerated) => {
    const found = untolerated(aTemplate({ tolerations: [toleration] }), aNode({ taints: [taint] }));
    expect(found).toEqual(isTolerated ? [] : [taint]);
  });

  it('a toleration of the taint itself always serves', () => {
    const text = fc.constantFrom('', 'a', 'b');
    const taints = fc.record({
      key: fc.constantFrom('a', 'b'),
      value: text,
      effect: fc.constantFrom('NoSchedule', 'NoExecute', 'PreferNoSchedule'),
    });
    fc.assert(
      fc.property(fc.array(taints), (all) => {
        const tolerant = aTemplate({
          tolerations: all.map((taint) => ({ ...taint, operator: 'Equal' as const })),
        });
        expect(untolerated(tolerant, aNode({ taints: all }))).toEqual([]);
      }),
    );
  });
});

describe('a cordon', () => {
  it('keeps pods away, but not those of a DaemonSet', () => {
    const cordoned = aNode({ unschedulable: true });
    const daemon = {
      key: 'node.kubernetes.io/unschedulable',
      operator: 'Exists',
      effect: 'NoSchedule',
    } as const;
    expect(isCordonedFor(aTemplate({}), cordoned)).toBe(true);
    expect(isCordonedFor(aTemplate({ tolerations: [daemon] }), cordoned)).toBe(false);
    expect(isCordonedFor(aTemplate({}), aNode())).toBe(false);
  });
});
