import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { templateHash } from './pod-template.ts';
import { createValueHash } from './value-hash.ts';
import { toDaemonSet, toDeployment, toJob, toReplicaSet, toStatefulSet } from './workload.ts';

const context = { hash: createValueHash(Buffer.from('k')), odd: () => undefined };
const metadata = {
  name: 'web',
  namespace: 'shop',
  uid: 'u',
  generation: 3,
  creationTimestamp: '2026-11-21T02:00:00Z',
};
const template = {
  metadata: { labels: { app: 'web' }, creationTimestamp: null },
  spec: { containers: [{ name: 'app', image: 'app:1', env: [{ name: 'A', value: '1' }] }] },
};

describe('workloads', () => {
  it('a deployment the controller has not seen yet has the documented defaults', () => {
    expect(
      toDeployment({ metadata, spec: { template, selector: { matchLabels: { app: 'web' } } } }, context),
    ).toMatchObject({
      kind: 'Deployment',
      replicas: { desired: 1, current: 0, updated: 0, ready: 0, available: 0 },
      selector: { app: 'web' },
      paused: false,
      strategy: 'RollingUpdate',
      revision: 0,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      minReadySeconds: 0,
      observedGeneration: 0,
    });
  });

  it('a zero is a zero, not a default', () => {
    const deployment = toDeployment(
      { metadata, spec: { replicas: 0, revisionHistoryLimit: 0, template } },
      context,
    );
    expect(deployment).toMatchObject({ replicas: { desired: 0 }, revisionHistoryLimit: 0 });
  });

  it('a replica set reads its revisions and change cause from annotations', () => {
    const annotations = {
      'deployment.kubernetes.io/revision': '7',
      'deployment.kubernetes.io/revision-history': '2,4',
      'kubernetes.io/change-cause': 'kubectl set image',
    };
    expect(
      toReplicaSet({ metadata: { ...metadata, annotations }, spec: { replicas: 3, template } }, context),
    ).toMatchObject({
      revision: 7,
      pastRevisions: [2, 4],
      changeCause: 'kubectl set image',
    });
    expect(toReplicaSet({ metadata, spec: { template } }, context)).toMatchObject({
      revision: 0,
      pastRevisions: [],
      changeCause: undefined,
    });
  });

  it('stateful sets, daemon sets and jobs count in their own fields', () => {
    expect(
      toStatefulSet(
        { metadata, spec: { replicas: 2, template }, status: { readyReplicas: 1, updateRevision: 'web-2' } },
        context,
      ),
    ).toMatchObject({
      replicas: { desired: 2, ready: 1 },
      updateRevision: 'web-2',
    });
    expect(
      toDaemonSet(
        { metadata, spec: { template }, status: { desiredNumberScheduled: 5, numberReady: 4 } },
        context,
      ).replicas,
    ).toMatchObject({
      desired: 5,
      ready: 4,
    });
    expect(
      toJob({ metadata, spec: { template, suspend: true }, status: { failed: 7, active: 0 } }, context),
    ).toMatchObject({
      backoffLimit: 6,
      failed: 7,
      suspended: true,
      observedGeneration: 3,
    });
  });
});

describe('templateHash', () => {
  const labelled = {
    ...template,
    metadata: { ...template.metadata, labels: { 'pod-template-hash': '6d4b', app: 'web' } },
  };

  it('is the same for a deployment and its replica set', () => {
    expect(templateHash(labelled, context)).toBe(templateHash(template, context));
  });

  it.each([
    [
      'an env value',
      {
        ...template,
        spec: { containers: [{ name: 'app', image: 'app:1', env: [{ name: 'A', value: '2' }] }] },
      },
    ],
    ['a field we do not know', { ...template, spec: { ...template.spec, brandNew: true } }],
    ['an annotation', { ...template, metadata: { ...template.metadata, annotations: { a: 'b' } } }],
  ])('differs by %s', (_name, other) => {
    expect(templateHash(other, context)).not.toBe(templateHash(template, context));
  });

  it('depends on the key', () => {
    expect(templateHash(template, { hash: createValueHash(Buffer.from('other')) })).not.toBe(
      templateHash(template, context),
    );
  });

  it('does not depend on the order of keys', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, field]) => [key, shuffled(field)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => canonicalJson(shuffled(value)) === canonicalJson(value)),
    );
  });
});
