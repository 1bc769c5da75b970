import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownerRefTo } from '#lib/testing/build-meta.ts';
import { aPod } from '#lib/testing/build-pod.ts';
import { aControllerRevision, ofRevision } from '#lib/testing/build-revision.ts';
import { aDaemonSet, aStatefulSet } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';
import { revisionOfPod } from './pod-revision.ts';
import { revisionsOf } from './revisions-of.ts';

const set = aStatefulSet({
  name: 'db',
  template: { hash: 'b' },
  currentRevision: 'db-a',
  updateRevision: 'db-b',
});
const a = aControllerRevision(set, { hash: 'a', revision: 1, createdAt: at('01:00:00') });
const b = aControllerRevision(set, { hash: 'b', revision: 2, createdAt: at('02:00:00') });
const back = { ...a, revision: 3 };

const revisions = (
  workload: Parameters<typeof revisionsOf>[0],
  controllerRevisions: Parameters<typeof revisionsOf>[1]['controllerRevisions'],
  pods: Parameters<typeof revisionsOf>[2]['pods'] = [],
) => revisionsOf(workload, { replicaSets: [], controllerRevisions }, { pods, availability: new Map() });
const podOf = (revision: typeof a, name: string, createdAt: string, isReady = true) =>
  aPod({
    name,
    owner: ownerRefTo(set),
    labels: ofRevision(revision),
    createdAt: at(createdAt),
    ...(isReady ? {} : { conditions: [] }),
  });

describe('revisions of a StatefulSet', () => {
  it('are its ControllerRevisions, newest first, with the pods of each', () => {
    const pods = [
      podOf(a, 'db-0', '01:00:10'),
      podOf(a, 'db-1', '01:00:20'),
      podOf(b, 'db-2', '02:00:10', false),
    ];
    expect(revisions(set, [a, b], pods)).toMatchObject([
      { number: 2, kind: 'ControllerRevision', name: 'db-b', isCurrent: true, ready: 0, desired: 1 },
      { number: 1, name: 'db-a', isCurrent: false, ready: 2, desired: 2, rolledOutAt: at('01:00:00') },
    ]);
  });

  it('leave out those of others and those that are no templates', () => {
    const stranger = aControllerRevision(aStatefulSet({ name: 'api' }), { hash: 'b' });
    expect(revisions(set, [stranger, { ...b, template: undefined }])).toEqual([]);
  });

  it('know the current one by the status, where a default that was added later changes its hash', () => {
    const upgraded = { ...set, template: { ...set.template, hash: 'b-with-a-new-default' } };
    expect(revisions(upgraded, [a, b]).find(({ isCurrent }) => isCurrent)?.name).toBe('db-b');
  });

  it('do not believe a status that is older than the set', () => {
    const changed = { ...set, observedGeneration: 1, meta: { ...set.meta, generation: 2 } };
    expect(revisions({ ...changed, template: { ...set.template, hash: 'a' } }, [a, b])[1]).toMatchObject({
      name: 'db-a',
      isCurrent: true,
    });
    expect(revisions({ ...changed, template: { ...set.template, hash: 'new' } }, [a, b])).toMatchObject([
      { isCurrent: false },
      { isCurrent: false },
    ]);
  });

  it('take the newer of two that are the same template', () => {
    const daemons = aDaemonSet({ name: 'db', template: { hash: 'x' } });
    const twins = [1, 2].map((revision) =>
      aControllerRevision(daemons, { hash: `t${revision}`, revision, template: { hash: 'x' } }),
    );
    expect(revisions(daemons, twins).map(({ number, isCurrent }) => [number, isCurrent])).toEqual([
      [2, true],
      [1, false],
    ]);
  });
});

describe('what was rolled back to', () => {
  const undone = { ...set, template: { ...set.template, hash: 'a' }, updateRevision: 'db-a' };

  it('is known by its number, which is higher than that of a newer one', () => {
    expect(revisions(undone, [back, b])).toMatchObject([
      { number: 3, name: 'db-a', isCurrent: true, wasReturnedTo: true, rolledOutAt: undefined },
      { number: 2, name: 'db-b', wasReturnedTo: false, rolledOutAt: at('02:00:00') },
    ]);
  });

  it('became the current one with the first of its pods that came after all others', () => {
    const pods = [
      podOf(back, 'db-0', '01:00:10'),
      podOf(back, 'db-1', '02:00:20'),
      podOf(b, 'db-2', '02:00:30', false),
      podOf(back, 'db-3', '03:00:00'),
      podOf(back, 'db-4', '03:00:10'),
    ];
    expect(revisions(undone, [back, b], pods)[0]?.rolledOutAt).toBe(at('03:00:00'));
  });

  it('has no time where the set keeps no history that could tell', () => {
    const forgetful = { ...undone, revisionHistoryLimit: 0 };
    expect(revisions(forgetful, [back])[0]).toMatchObject({ wasReturnedTo: false, rolledOutAt: undefined });
    expect(revisions(forgetful, [a])[0]?.rolledOutAt).toBe(at('01:00:00'));
  });
});

describe('the revision of a pod', () => {
  it('is found by its name for a StatefulSet and by its hash for a DaemonSet', () => {
    const daemons = aDaemonSet({ name: 'agent', template: { hash: 'x' } });
    const of = aControllerRevision(daemons, { hash: 'x' });
    expect(revisionOfPod(podOf(b, 'db-2', '02:00:10'), revisions(set, [a, b]))?.name).toBe('db-b');
    expect(revisionOfPod(aPod({ labels: ofRevision(of) }), revisions(daemons, [of]))?.name).toBe('agent-x');
    expect(ofRevision(of)).toEqual({ 'controller-revision-hash': 'x' });
  });

  it('is none when it has left the history, or the pod has no label', () => {
    const gone = aControllerRevision(set, { hash: 'gone' });
    expect(revisionOfPod(podOf(gone, 'db-0', '01:00:00'), revisions(set, [a, b]))).toBeUndefined();
    expect(revisionOfPod(aPod({}), revisions(set, [a, b]))).toBeUndefined();
  });
});

it('at most one is current, and it is of the template of the set, whatever the history', () => {
  const any = fc.record({
    hash: fc.constantFrom('a', 'b', 'c'),
    revision: fc.integer({ min: 0, max: 5 }),
    createdAt: fc.integer({ min: 1, max: 5 }),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 6 }), fc.constantFrom('a', 'b', 'c'), (history, hash) => {
      const daemons = aDaemonSet({ name: 'agent', template: { hash } });
      const found = revisions(
        daemons,
        history.map((each, index) =>
          aControllerRevision(daemons, { ...each, hash: `${index}`, template: { hash: each.hash } }),
        ),
      );
      const current = found.filter(({ isCurrent }) => isCurrent);
      expect(current.length).toBe(found.some(({ template }) => template.hash === hash) ? 1 : 0);
      expect(current.every(({ template }) => template.hash === hash)).toBe(true);
      expect(found.map(({ number }) => number)).toEqual(
        found.map(({ number }) => number).toSorted((x, y) => y - x),
      );
    }),
  );
});
