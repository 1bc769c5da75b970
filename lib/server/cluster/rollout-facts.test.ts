import { describe, expect, it } from 'vitest';
import { ownerRefTo } from '#lib/testing/build-meta.ts';
import { aCrashLoopingStatus, aPod } from '#lib/testing/build-pod.ts';
import { aControllerRevision, ofRevision } from '#lib/testing/build-revision.ts';
import { aContainer } from '#lib/testing/build-template.ts';
import { aStatefulSet, aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at, MINUTE } from '#lib/testing/time.ts';
import type { Incident } from '#lib/model/incident.ts';
import { Histories } from './histories.ts';
import { rolloutFacts } from './rollout-facts.ts';

const template = (hash: string) => ({ hash, containers: [aContainer({ image: `db:${hash}` })] });
const set = aStatefulSet({
  name: 'db',
  template: template('b'),
  currentRevision: 'db-a',
  updateRevision: 'db-b',
  replicas: 2,
});
const a = aControllerRevision(set, {
  hash: 'a',
  revision: 1,
  createdAt: at('08:00:00'),
  template: template('a'),
});
const b = aControllerRevision(set, {
  hash: 'b',
  revision: 2,
  createdAt: at('09:00:00'),
  template: template('b'),
});
const back = { ...a, revision: 3 };
const undone = { ...set, template: { ...set.template, ...template('a') }, updateRevision: 'db-a' };

const pod = (of: typeof a, name: string, rest: Parameters<typeof aPod>[0] = {}) =>
  aPod({ name, owner: ownerRefTo(set), labels: ofRevision(of), readySinceAt: at('08:10:00'), ...rest });
const crashing = (of: typeof a) =>
  pod(of, 'db-1', { conditions: [], statuses: [aCrashLoopingStatus()], createdAt: at('09:00:10') });
const incident: Incident = {
  id: 'i',
  cluster: 'test',
  owner: aWorkloadRef({ kind: 'StatefulSet', name: 'db' }),
  family: 'crash',
  severity: 'critical',
  sinceAt: at('09:00:00'),
  problems: [],
};

function facts(
  workload: typeof set,
  controllerRevisions: readonly (typeof a)[],
  { primary, histories = new Histories() }: { primary: ReturnType<typeof pod>; histories?: Histories },
) {
  const owned = {
    owner: incident.owner,
    workloads: [workload],
    replicaSets: [],
    controllerRevisions,
    pods: [pod(a, 'db-0'), primary],
    events: [],
  };
  return rolloutFacts(workload, owned, { histories, incident, primary, now: at('09:30:00') });
}

describe('what the history of a StatefulSet says', () => {
  it('is what changed from the revision whose pods are ready to the one that crashes', () => {
    const found = facts(set, [a, b], { primary: crashing(b) });
    expect(found).toMatchObject({
      failing: { number: 2 },
      lastGood: { revision: { number: 1 }, proof: 'proven', because: 'has 1 ready pod now' },
      changes: [{ path: 'containers[web].image', before: 'db:a', after: 'db:b' }],
    });
  });

  it('blames after an undo the revision of the pod it has left behind, not the one it returned to', () => {
    const found = facts(undone, [back, b], { primary: crashing(b) });
    expect(found).toMatchObject({
      failing: { number: 2, isCurrent: false },
      lastGood: { revision: { number: 3, isCurrent: true } },
      changes: [{ before: 'db:a', after: 'db:b' }],
    });
  });

  it('does not blame a change that has not reached the pod', () => {
    expect(facts({ ...set, strategy: 'OnDelete' }, [a, b], { primary: crashing(a) })).toMatchObject({
      failing: { number: 1 },
      lastGood: undefined,
      changes: [],
    });
  });

  it('says nothing of a pod whose revision is not kept any more', () => {
    const gone = aControllerRevision(set, { hash: 'gone' });
    expect(facts(set, [a, b], { primary: crashing(gone) })).toMatchObject({
      failing: undefined,
      lastGood: undefined,
      changes: [],
    });
  });

  it('returns to what was seen to hold, and never to what was seen to fail', () => {
    const histories = new Histories();
    const records = { replicaSets: [], controllerRevisions: [a] };
    const pods = [pod(a, 'db-0'), pod(a, 'db-1')];
    const before = { ...set, template: { ...set.template, ...template('a') } };
    histories.seeRollout(before, { ...records, pods, now: at('08:50:00') });
    const seen = facts(set, [a, b], { primary: crashing(b), histories });
    expect(seen.revisions[1]?.fullyAvailableMs).toBeGreaterThan(40 * MINUTE);
    expect(seen.lastGood?.because).toMatch(/^was fully available for/);

    const failed = new Histories();
    failed.markFailed(a.meta.uid);
    expect(facts(set, [a, b], { primary: crashing(b), histories: failed }).lastGood).toBeUndefined();
  });
});
