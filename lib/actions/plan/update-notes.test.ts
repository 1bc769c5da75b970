import { describe, expect, it } from 'vitest';
import { revisionsOf } from '#lib/rollout/revisions-of.ts';
import { aPod } from '#lib/testing/build-pod.ts';
import { aControllerRevision, ofRevision } from '#lib/testing/build-revision.ts';
import { aDaemonSet, aDeployment, aStatefulSet } from '#lib/testing/build-workload.ts';
import { type UpdateInput, updateNotes } from './update-notes.ts';

const set = aStatefulSet({ name: 'db', updateRevision: 'db-b', currentRevision: 'db-a' });
const [a, b] = [
  aControllerRevision(set, { hash: 'a', revision: 1 }),
  aControllerRevision(set, { hash: 'b', revision: 2 }),
];
const pod = (of: typeof a, name: string, isReady = true) =>
  aPod({ name, labels: ofRevision(of), ...(isReady ? {} : { conditions: [] }) });
const pods = [pod(a, 'db-0'), pod(a, 'db-1'), pod(b, 'db-2', false)];

function notes(workload: UpdateInput['workload'], rest: Partial<UpdateInput> = {}) {
  const revisions = revisionsOf(
    set,
    { replicaSets: [], controllerRevisions: [a, b] },
    { pods, availability: new Map() },
  );
  const target = revisions.find(({ number }) => number === 1);
  const { checks, afterwards } = updateNotes({ workload, revisions, pods, target, ...rest });
  return { sentences: checks.map(({ sentence }) => sentence).join(' '), afterwards };
}

describe('what an update does not reach by itself', () => {
  it('is nothing of a Deployment or of a DaemonSet that rolls', () => {
    for (const workload of [aDeployment(), aDaemonSet()])
      expect(notes(workload)).toEqual({ sentences: '', afterwards: undefined });
  });

  it('is the broken pod that an update in order waits for', () => {
    const { sentences, afterwards } = notes(set);
    expect(sentences).toContain('db-2 is not ready, and the update waits for it');
    expect(afterwards?.commands).toEqual(['kubectl delete pod db-2 -n shop']);
  });

  it('is nothing when all are ready, or pods are updated in parallel', () => {
    expect(notes(set, { pods: pods.slice(0, 2) }).afterwards).toBeUndefined();
    expect(notes({ ...set, isOrdered: false })).toEqual({ sentences: '', afterwards: undefined });
  });

  it('may be a broken pod when the pods cannot be read', () => {
    expect(notes(set, { pods: undefined }).sentences).toMatch(/could not be read/);
  });

  it('with OnDelete is every pod that is not of the target yet', () => {
    const { sentences, afterwards } = notes({ ...set, strategy: 'OnDelete' });
    expect(sentences).toMatch(/OnDelete: no pod changes by itself/);
    expect(afterwards?.commands).toEqual(['kubectl delete pod db-2 -n shop']);
    const fresh = notes({ ...set, strategy: 'OnDelete' }, { target: undefined });
    expect(fresh.afterwards?.commands).toHaveLength(3);
    const unseen = notes(aDaemonSet({ name: 'agent', strategy: 'OnDelete' }), { pods: undefined });
    expect(unseen.afterwards?.commands).toEqual(['kubectl get pods -n shop -L controller-revision-hash']);
  });

  it('is what the partition keeps, which is not to be deleted either', () => {
    expect(notes({ ...set, partition: 1 }).sentences).toContain('db-0 stays as before');
    expect(notes({ ...set, partition: 2 }).sentences).toContain('db-0 to db-1 stay as before');
    const all = notes({ ...set, partition: 5 });
    expect(all.sentences).toContain('no pod gets the new template');
    expect(all.afterwards).toBeUndefined();
  });
});
