import { describe, expect, it } from 'vitest';
import type { Pod, ReplicaSet } from '#lib/sandbox/client/objects.ts';
import { byDeletionOrder, reconcileReplicaSet } from './replica-set.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();

const aReplicaSet = (
  spec: Partial<ReplicaSet['spec']> = {},
  status: ReplicaSet['status'] = { replicas: 0 },
): ReplicaSet => ({
  metadata: {
    name: 'web-1',
    namespace: 'shop',
    uid: 'rs',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: at(999),
  },
  spec: {
    replicas: 3,
    selector: {},
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [] } },
    ...spec,
  },
  status: { observedGeneration: 1, ...status },
});

type Options = { ready?: number; phase?: string; nodeName?: string; restarts?: number; createdAgo?: number };
const aPod = (
  name: string,
  { ready, phase = 'Running', nodeName = 'n', restarts = 0, createdAgo = 100 }: Options = {},
): Pod => ({
  metadata: {
    name,
    namespace: 'shop',
    uid: name,
    resourceVersion: '1',
    creationTimestamp: at(createdAgo),
    labels: { app: 'web' },
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'rs', controller: true },
    ],
  },
  spec: { containers: [], ...(nodeName ? { nodeName } : {}) },
  status: {
    phase,
    conditions: ready === undefined ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: at(ready) }],
    containerStatuses: [
      {
        name: 'a',
        state: {},
        lastState: {},
        ready: true,
        started: true,
        restartCount: restarts,
        image: '',
        imageID: '',
      },
    ],
  },
});
const verbs = (pass: ReturnType<typeof reconcileReplicaSet>) => pass.writes.map(({ verb }) => verb);

describe('ReplicaSet controller', () => {
  it('creates what is missing and leaves what others control alone', () => {
    const others = aPod('x').metadata.ownerReferences?.map((owner) => ({ ...owner, uid: 'other' }));
    const stranger = { ...aPod('x'), metadata: { ...aPod('x').metadata, ownerReferences: others } };
    const pass = reconcileReplicaSet({ replicaSet: aReplicaSet(), pods: [aPod('a'), stranger], now: NOW });
    expect(verbs(pass).filter((verb) => verb === 'create')).toHaveLength(2);
  });

  it('counts the pods on their way out, and says so when there are none', () => {
    const going = { ...aPod('a'), metadata: { ...aPod('a').metadata, deletionTimestamp: at(0) } };
    const gone = { ...going, status: { phase: 'Failed' } };
    const counted = (pods: readonly Pod[]) =>
      reconcileReplicaSet({ replicaSet: aReplicaSet({ replicas: 0 }), pods, now: NOW }).writes.at(-1);
    expect(counted([going, gone])).toMatchObject({ patch: { status: { terminatingReplicas: 1 } } });
    expect(counted([])).toMatchObject({ patch: { status: { terminatingReplicas: 0 } } });
  });

  it('replaces pods that are going or have failed', () => {
    const going = { ...aPod('a'), metadata: { ...aPod('a').metadata, deletionTimestamp: at(0) } };
    const pass = reconcileReplicaSet({
      replicaSet: aReplicaSet({ replicas: 2 }),
      pods: [going, aPod('b', { phase: 'Failed' })],
      now: NOW,
    });
    expect(verbs(pass).filter((verb) => verb === 'create')).toHaveLength(2);
  });

  it('asks for nothing when everything is as it should be', () => {
    const counts = {
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
    };
    const pods = ['a', 'b', 'c'].map((name) => aPod(name, { ready: 50 }));
    expect(reconcileReplicaSet({ replicaSet: aReplicaSet({}, counts), pods, now: NOW }).writes).toEqual([]);
  });

  it('reports a refused creation as ReplicaFailure and creates nothing with that', () => {
    const failure = 'pods "web-1-x" is forbidden: exceeded quota: q';
    const pass = reconcileReplicaSet({ replicaSet: aReplicaSet(), pods: [], now: NOW });
    expect(pass.afterRefusal?.(failure)).toMatchObject([
      {
        verb: 'merge',
        patch: {
          status: { conditions: [{ type: 'ReplicaFailure', reason: 'FailedCreate', message: failure }] },
        },
      },
    ]);
  });

  it('asks for its pods in batches of 1, 2, 4', () => {
    const pass = reconcileReplicaSet({ replicaSet: aReplicaSet({ replicas: 8 }), pods: [], now: NOW });
    const batches = pass.writes.flatMap((write) => (write.verb === 'create' ? [write.batch] : []));
    expect(batches).toEqual([0, 1, 1, 2, 2, 2, 2, 3]);
  });

  it('adopts matching pods that nobody controls, and lets go of those that stopped matching', () => {
    const selector = { matchLabels: { app: 'web' } };
    const orphan = { ...aPod('orphan'), metadata: { ...aPod('orphan').metadata, ownerReferences: [] } };
    const relabelled = { ...aPod('quarantined'), metadata: { ...aPod('quarantined').metadata, labels: {} } };
    const pass = reconcileReplicaSet({
      replicaSet: aReplicaSet({ replicas: 1, selector }),
      pods: [orphan, relabelled],
      now: NOW,
    });
    expect(
      pass.writes.filter((write) => write.verb === 'merge' && write.target.kind === 'Pod'),
    ).toMatchObject([
      {
        target: { name: 'orphan' },
        patch: { metadata: { ownerReferences: [{ uid: 'rs', controller: true }] } },
      },
      { target: { name: 'quarantined' }, patch: { metadata: { ownerReferences: [] } } },
    ]);
    expect(verbs(pass)).not.toContain('create');
  });

  it('looks again when a ready pod becomes available', () => {
    const pass = reconcileReplicaSet({
      replicaSet: aReplicaSet({ replicas: 1, minReadySeconds: 30 }),
      pods: [aPod('a', { ready: 10 })],
      now: NOW,
    });
    expect(pass.wakeAfterMs).toBe(20_000);
  });

  it('deletes unscheduled, pending, unready, newly ready, often restarted and young pods first', () => {
    const inOrder = [
      aPod('unscheduled', { nodeName: '', phase: 'Pending' }),
      aPod('pending', { phase: 'Pending' }),
      aPod('unready'),
      aPod('newly-ready', { ready: 5 }),
      aPod('restarted', { ready: 90, restarts: 4 }),
      aPod('young', { ready: 90, createdAgo: 95 }),
      aPod('old', { ready: 90, createdAgo: 500 }),
    ];
    expect(inOrder.toReversed().toSorted(byDeletionOrder)).toEqual(inOrder);
  });
});
