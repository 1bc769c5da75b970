import { describe, expect, it } from 'vitest';
import { aPod } from '#lib/testing/build-pod.ts';
import { aControllerRevision, ofRevision } from '#lib/testing/build-revision.ts';
import { aStatefulSet } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';
import { revisionStandings } from './revision-standings.ts';

const set = aStatefulSet({ name: 'db', replicas: 2 });
const old = aControllerRevision(set, { hash: 'a' });
const fresh = aControllerRevision(set, { hash: 'b', revision: 2 });
const pod = (of: typeof old, name: string, rest: Parameters<typeof aPod>[0] = {}) =>
  aPod({ name, labels: ofRevision(of), readySinceAt: at('09:00:00'), ...rest });
const full = (pods: readonly ReturnType<typeof pod>[], workload = set) =>
  revisionStandings(
    workload,
    { replicaSets: [], controllerRevisions: [old, fresh] },
    { pods, now: at('09:00:30') },
  )
    .filter(({ isFull }) => isFull)
    .map(({ uid }) => uid);

describe('how revisions of a set stand', () => {
  it('is full with as many available pods as are wanted', () => {
    expect(full([pod(old, 'db-0'), pod(old, 'db-1')])).toEqual([old.meta.uid]);
  });

  it.each([
    ['is of another revision', pod(fresh, 'db-1')],
    ['is not ready', pod(old, 'db-1', { conditions: [] })],
    ['is on its way out', pod(old, 'db-1', { meta: { deletedAt: 1 } })],
  ])('is not while one pod %s', (_what, other) => {
    expect(full([pod(old, 'db-0'), other])).toEqual([]);
  });

  it('counts a pod only after minReadySeconds', () => {
    const pods = [pod(old, 'db-0'), pod(old, 'db-1')];
    expect(full(pods, { ...set, minReadySeconds: 31 })).toEqual([]);
    expect(full(pods, { ...set, minReadySeconds: 30 })).toEqual([old.meta.uid]);
  });

  it('is never full of nothing', () => {
    expect(full([], aStatefulSet({ name: 'db', replicas: 0 }))).toEqual([]);
  });
});
