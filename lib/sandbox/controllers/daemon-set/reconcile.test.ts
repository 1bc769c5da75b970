import { describe, expect, it } from 'vitest';
import type { Node, Pod, Taint } from '#lib/sandbox/client/objects.ts';
import type { ControllerRevision, DaemonSet } from '#lib/sandbox/client/workload-objects.ts';
import type { Write } from '#lib/sandbox/client/write.ts';
import { FailedPods } from './failed-pods.ts';
import { reconcileDaemonSet } from './reconcile.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();
const metadata = (name: string, createdAgo = 999) => ({
  name,
  namespace: 'infra',
  uid: name,
  resourceVersion: '1',
  creationTimestamp: at(createdAgo),
});
const template = { metadata: { labels: { app: 'agent' } }, spec: { containers: [] } };
const aSet = (spec: Partial<DaemonSet['spec']> = {}): DaemonSet => ({
  metadata: { ...metadata('agent'), generation: 1 },
  spec: { selector: { matchLabels: { app: 'agent' } }, template, ...spec },
});
const revision: ControllerRevision = {
  metadata: {
    ...metadata('agent-new'),
    labels: { app: 'agent', 'controller-revision-hash': 'new' },
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: 'agent', controller: true },
    ],
  },
  revision: 1,
  data: { spec: { template: { ...template, $patch: 'replace' } } },
};
const aNode = (name: string, taints: readonly Taint[] = [], unschedulable = false): Node => ({
  metadata: { ...metadata(name), labels: { 'kubernetes.io/hostname': name } },
  spec: { taints, unschedulable },
});
const nodes = ['a', 'b', 'c', 'd'].map((name) => aNode(name));

type Options = { hash?: string; phase?: string; ready?: boolean; going?: boolean; createdAgo?: number };
const aPod = (
  name: string,
  nodeName: string,
  { hash = 'new', phase = 'Running', ready = true, going = false, createdAgo = 99 }: Options = {},
): Pod => ({
  metadata: {
    ...metadata(name, createdAgo),
    labels: { app: 'agent', 'controller-revision-hash': hash },
    ownerReferences: revision.metadata.ownerReferences,
    ...(going ? { deletionTimestamp: at(0) } : {}),
  },
  spec: { containers: [], nodeName },
  status: {
    phase,
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: at(90) }],
  },
});
const everywhere = (options: Options = {}) =>
  nodes.map(({ metadata: { name } }) => aPod(`on-${name}`, name, options));

type Input = { set?: DaemonSet; pods?: readonly Pod[]; on?: readonly Node[]; failures?: FailedPods };
const pass = ({ set = aSet(), pods = [], on = nodes, failures }: Input) =>
  reconcileDaemonSet({ daemonSet: set, nodes: on, pods, revisions: [revision], now: NOW, failures });

const homeOf = ({ affinity }: Pod['spec']) =>
  affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0]
    ?.matchFields?.[0]?.values?.[0] ?? '';
/** `+a` where a pod is created, `-on-b` for one that goes. */
const moves = ({ writes }: { readonly writes: readonly Write[] }): readonly string[] =>
  writes.flatMap((write) => {
    if (write.verb === 'create') return [`+${homeOf(write.object.spec as Pod['spec'])}`];
    return write.verb === 'delete' && write.target.kind === 'Pod' ? [`-${write.target.name}`] : [];
  });

const old = { hash: 'old' };
const rolling = (maxSurge: number | string, maxUnavailable: number | string) =>
  aSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } });
const noSchedule = { key: 'k', effect: 'NoSchedule' };
const noExecute = { key: 'k', effect: 'NoExecute' };

describe('DaemonSet controller', () => {
  it.each<[string, Input, readonly string[]]>([
    ['sends one pod to every node', {}, ['+a', '+b', '+c', '+d']],
    ['also to a cordoned one', { on: [aNode('a', [], true)] }, ['+a']],
    ['but not to a tainted one', { on: [aNode('a', [noSchedule])] }, []],
    [
      'lets a pod stay on a node tainted later',
      { on: [aNode('a', [noSchedule])], pods: [aPod('p', 'a')] },
      [],
    ],
    ['unless nothing may run there', { on: [aNode('a', [noExecute])], pods: [aPod('p', 'a')] }, ['-p']],
    ['waits for a pod on its way out', { on: [aNode('a')], pods: [aPod('p', 'a', { going: true })] }, []],
    [
      'keeps the oldest of two on one node',
      { on: [aNode('a')], pods: [aPod('young', 'a', { createdAgo: 1 }), aPod('old', 'a')] },
      ['-young'],
    ],
    ['replaces one pod for an update', { pods: everywhere(old) }, ['-on-a']],
    ['as many as maxUnavailable says', { pods: everywhere(old), set: rolling(0, '50%') }, ['-on-a', '-on-b']],
    [
      'counts a new pod that is not ready',
      { pods: [aPod('p', 'a', { ready: false }), ...everywhere(old).slice(1)] },
      [],
    ],
    [
      'replaces an old pod that does not serve anyway',
      { pods: [aPod('p', 'a', { ...old, ready: false }), ...everywhere(old).slice(1)] },
      ['-p'],
    ],
    ['creates beside the old pod with maxSurge', { pods: everywhere(old), set: rolling(1, 0) }, ['+a']],
    [
      'and ends the old one when the new one serves',
      { pods: [...everywhere(old), aPod('p', 'a')], set: rolling(1, 0) },
      ['-on-a'],
    ],
    [
      'replaces nothing with OnDelete',
      { pods: everywhere(old), set: aSet({ updateStrategy: { type: 'OnDelete' } }) },
      [],
    ],
  ])('%s', (_behaviour, input, expected) => expect(moves(pass(input))).toEqual(expected));

  it('deletes a failed pod with a warning, and the next one on that node only after a pause', () => {
    const pods = [aPod('p', 'a', { phase: 'Failed' }), ...everywhere().slice(1)];
    const first = pass({ pods });
    expect(moves(first)).toEqual(['-p']);
    expect(first.writes.find((write) => write.verb === 'event')).toMatchObject({
      reason: 'FailedDaemonPod',
      message: 'Found failed daemon pod infra/p on node a, will try to kill it',
    });
    const again = pass({ pods, failures: first.failures });
    expect(moves(again)).toEqual([]);
    expect(again.wakeAfterMs).toBe(1000);
    expect(new FailedPods(NOW).with(['a']).with(['a']).with(['a']).remainingMs('a')).toBe(4000);
  });

  it('counts nodes, and pods that should not be where they are', () => {
    const on = [...nodes, aNode('e', [noSchedule])];
    const pods = [...everywhere().slice(0, 3), aPod('stray', 'e')];
    expect(pass({ on, pods }).writes.at(-1)).toMatchObject({
      subresource: 'status',
      patch: {
        status: {
          desiredNumberScheduled: 4,
          currentNumberScheduled: 3,
          numberMisscheduled: 1,
          numberReady: 3,
          numberUnavailable: 1,
          updatedNumberScheduled: 3,
        },
      },
    });
  });

  it('asks for nothing when everything is as it should be', () => {
    const pods = everywhere();
    const write = pass({ pods }).writes.at(-1);
    const { status } = (write?.verb === 'merge' ? write.patch : {}) as Pick<DaemonSet, 'status'>;
    expect(pass({ pods, set: { ...aSet(), status } }).writes).toEqual([]);
  });
});
