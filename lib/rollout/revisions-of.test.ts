import { describe, expect, it } from 'vitest';
import type { Deployment, ReplicaSet } from '#lib/model/workload.ts';
import { ownerRefTo } from '#lib/testing/build-meta.ts';
import { aContainerStatus, aPod } from '#lib/testing/build-pod.ts';
import { aDeployment, aReplicaSet } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';
import { revisionsOf as anyRevisionsOf, type RevisionFacts } from './revisions-of.ts';

const deployment = aDeployment({ name: 'web', template: { hash: 'new' }, revision: 7 });
const revisionsOf = (of: Deployment, replicaSets: readonly ReplicaSet[], facts: RevisionFacts) =>
  anyRevisionsOf(of, { replicaSets, controllerRevisions: [] }, facts);
const nothing = { pods: [], availability: new Map<string, number>() };
const rs = (name: string, revision: number, hash: string) =>
  aReplicaSet({ deployment, name, revision, template: { hash } });

describe('revisionsOf', () => {
  it('lists newest first, with the gaps a rollback leaves', () => {
    const found = revisionsOf(
      deployment,
      [rs('web-a', 4, 'a'), rs('web-c', 7, 'new'), rs('web-b', 6, 'b')],
      nothing,
    );
    expect(found.map(({ number, isCurrent }) => [number, isCurrent])).toEqual([
      [7, true],
      [6, false],
      [4, false],
    ]);
  });

  it('leaves out ReplicaSets of others and those without a number yet', () => {
    const stranger = aReplicaSet({ name: 'api-1', revision: 2, template: { hash: 'x' } });
    expect(revisionsOf(deployment, [stranger, rs('web-d', 0, 'd')], nothing)).toEqual([]);
  });

  it('takes the oldest of two ReplicaSets with the current template, as the controller does', () => {
    const twin = { ...rs('web-old', 5, 'new') };
    const older = { ...twin, meta: { ...twin.meta, createdAt: at('01:00:00') } };
    const current = revisionsOf(deployment, [rs('web-c', 7, 'new'), older], nothing).filter(
      (r) => r.isCurrent,
    );
    expect(current.map((r) => r.name)).toEqual(['web-old']);
  });

  it('counts the restarts of its own pods only, and carries what was recorded of its availability', () => {
    const mine = rs('web-c', 7, 'new');
    const pods = [
      aPod({ owner: ownerRefTo(mine), statuses: [aContainerStatus({ restartCount: 3 })] }),
      aPod({ owner: ownerRefTo(mine), name: 'web-2', statuses: [aContainerStatus({ restartCount: 4 })] }),
      aPod({ name: 'api-1', statuses: [aContainerStatus({ restartCount: 50 })] }),
    ];
    const availability = new Map([[mine.meta.uid, 90_000]]);
    expect(revisionsOf(deployment, [mine], { pods, availability })[0]).toMatchObject({
      restarts: 7,
      fullyAvailableMs: 90_000,
    });
  });
});
