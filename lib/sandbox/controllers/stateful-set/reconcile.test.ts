import { describe, expect, it } from 'vitest';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { ControllerRevision, StatefulSet } from '#lib/sandbox/client/workload-objects.ts';
import type { Write } from '#lib/sandbox/client/write.ts';
import { reconcileStatefulSet } from './reconcile.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();

const metadata = (name: string) => ({
  name,
  namespace: 'shop',
  uid: name,
  resourceVersion: '1',
  creationTimestamp: at(999),
});
const template = (image: string) => ({
  metadata: { labels: { app: 'db' } },
  spec: { containers: [{ name: 'main', image }] },
});
const aSet = (spec: Partial<StatefulSet['spec']> = {}, status: StatefulSet['status'] = {}): StatefulSet => ({
  metadata: { ...metadata('db'), generation: 1 },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'db' } },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    template: template('new'),
    ...spec,
  },
  status,
});
const owner = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  name: 'db',
  uid: 'db',
  controller: true,
  blockOwnerDeletion: true,
};
const aRevision = (name: string, revision: number, image: string): ControllerRevision => ({
  metadata: { ...metadata(name), labels: { app: 'db' }, ownerReferences: [owner] },
  revision,
  data: { spec: { template: { ...template(image), $patch: 'replace' } } },
});
const OLD = aRevision('db-old', 1, 'old');
const NEW = aRevision('db-new', 2, 'new');

type Options = { revision?: string; phase?: string; ready?: number; going?: boolean };
const aPod = (
  ordinal: number,
  { revision = 'db-new', phase = 'Running', ready = 100, going = false }: Options = {},
): Pod => ({
  metadata: {
    ...metadata(`db-${ordinal}`),
    labels: { app: 'db', 'controller-revision-hash': revision },
    ownerReferences: [owner],
    ...(going ? { deletionTimestamp: at(0) } : {}),
  },
  spec: { containers: [] },
  status: {
    phase,
    conditions: ready < 0 ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: at(ready) }],
  },
});
const all = (options: Options = {}) => [0, 1, 2].map((ordinal) => aPod(ordinal, options));

const pass = (
  set: StatefulSet,
  pods: readonly Pod[],
  revisions: readonly ControllerRevision[] = [OLD, NEW],
) => reconcileStatefulSet({ statefulSet: set, pods, revisions, claims: [], now: NOW });

/** `+db-1`, `-db-2`. */
const moves = ({ writes }: { readonly writes: readonly Write[] }): readonly string[] =>
  writes.flatMap((write) => {
    if (write.verb === 'create' && write.object.kind === 'Pod')
      return [`+${write.object.metadata.name ?? ''}`];
    return write.verb === 'delete' && write.target.kind === 'Pod' ? [`-${write.target.name}`] : [];
  });
const statusOf = ({ writes }: { readonly writes: readonly Write[] }): unknown =>
  writes.flatMap((write) => (write.verb === 'merge' && write.subresource ? [write.patch] : []))[0];

describe('StatefulSet controller', () => {
  const parallel = { podManagementPolicy: 'Parallel' } as const;
  const onDelete = { updateStrategy: { type: 'OnDelete' } } as const;
  const old = { revision: 'db-old' };
  it.each<[string, StatefulSet, readonly Pod[], readonly string[]]>([
    ['creates the first pod alone', aSet(), [], ['+db-0']],
    ['waits for a pod that is not ready', aSet(), [aPod(0, { ready: -1 })], []],
    ['waits for minReadySeconds', aSet({ minReadySeconds: 30 }), [aPod(0, { ready: 10 })], []],
    ['goes on when it is ready', aSet(), [aPod(0)], ['+db-1']],
    ['waits for a pod on its way out', aSet(), [aPod(0), aPod(1, { going: true })], []],
    ['creates all at once with Parallel', aSet(parallel), [], ['+db-0', '+db-1', '+db-2']],
    ['fills a gap', aSet(), [aPod(0), aPod(2)], ['+db-1']],
    ['starts counting at its first ordinal', aSet({ ordinals: { start: 5 } }), [], ['+db-5']],
    ['deletes a pod that failed', aSet(), [aPod(0), aPod(1, { phase: 'Failed' })], ['-db-1']],
    ['scales down from the top, one by one', aSet({ replicas: 1 }), all(), ['-db-2']],
    ['scales down at once with Parallel', aSet({ replicas: 1, ...parallel }), all(), ['-db-2', '-db-1']],
    ['updates the highest first', aSet(), all(old), ['-db-2']],
    ['waits for the updated pod', aSet(), [aPod(0, old), aPod(1, old), aPod(2, { ready: -1 })], []],
    ['goes on with the next', aSet(), [aPod(0, old), aPod(1, old), aPod(2)], ['-db-1']],
    [
      'leaves the pods below the partition',
      aSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }),
      [aPod(0, old), aPod(1, old), aPod(2)],
      [],
    ],
    ['replaces nothing with OnDelete', aSet(onDelete), all(old), []],
    // https://github.com/kubernetes/kubernetes/issues/67250
    [
      'is stuck behind a broken pod even after a rollback',
      aSet(),
      [aPod(0), aPod(1), aPod(2, { revision: 'db-broken', phase: 'Pending', ready: -1 })],
      [],
    ],
  ])('%s', (_behaviour, set, pods, expected) => expect(moves(pass(set, pods))).toEqual(expected));

  it('makes pods below the partition of the current revision, those above of the new one', () => {
    const set = aSet(
      { ...parallel, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } },
      { currentRevision: 'db-old' },
    );
    const images = pass(set, []).writes.flatMap((write) =>
      write.verb === 'create'
        ? [(write.object.spec as Pod['spec']).containers.map(({ image }) => image).join()]
        : [],
    );
    expect(images).toEqual(['old', 'new', 'new']);
  });

  it('counts by revision, and makes the new one current when all pods are of it and ready', () => {
    const current = { currentRevision: 'db-old' };
    expect(statusOf(pass(aSet({}, current), [aPod(0, old), aPod(1, old), aPod(2)]))).toMatchObject({
      status: { currentRevision: 'db-old', updateRevision: 'db-new', currentReplicas: 1, updatedReplicas: 1 },
    });
    expect(statusOf(pass(aSet({}, current), all()))).toMatchObject({
      status: { currentRevision: 'db-new', currentReplicas: 3, updatedReplicas: 3 },
    });
  });

  it('numbers an old revision anew when its template comes back, and drops what is beyond its limit', () => {
    const back = pass(aSet({ template: template('old'), revisionHistoryLimit: 0 }), all(), [
      OLD,
      aRevision('db-forgotten', 2, 'forgotten'),
      aRevision('db-new', 3, 'new'),
    ]);
    expect(back.writes.filter((write) => write.verb !== 'event' && 'target' in write)).toMatchObject([
      { verb: 'merge', target: { kind: 'ControllerRevision', name: 'db-old' }, patch: { revision: 4 } },
      { verb: 'delete', target: { kind: 'Pod', name: 'db-2' } },
      { verb: 'merge', subresource: 'status' },
      { verb: 'delete', target: { kind: 'ControllerRevision', name: 'db-forgotten' } },
    ]);
  });

  it('asks for nothing when everything is as it should be', () => {
    const pods = all();
    const [write] = pass(aSet(), pods).writes;
    const { status } = (write?.verb === 'merge' ? write.patch : {}) as Pick<StatefulSet, 'status'>;
    expect(pass(aSet({}, status), pods).writes).toEqual([]);
  });

  it('looks again when a pod becomes available', () => {
    expect(pass(aSet({ minReadySeconds: 30 }), [aPod(0, { ready: 10 })]).wakeAfterMs).toBe(20_000);
  });
});
