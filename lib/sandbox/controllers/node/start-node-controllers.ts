import type { Node, Pod } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { WorkQueue } from '#lib/sandbox/client/work-queue.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { applyWrites } from '#lib/sandbox/controllers/apply-writes.ts';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';
import { reconcileNodeHealth } from './node-health.ts';
import { reconcileOrphans } from './orphans.ts';
import { evictedByTaint, evictionDueAt, taintEvictionEvent } from './taint-eviction.ts';

/** Watches over nodes: their health, the pods that cannot stay on them, the pods whose node is gone. */
export function startNodeControllers(cluster: Cluster): void {
  startNodeHealth(cluster);
  startTaintEviction(cluster);
  startOrphanCollection(cluster);
}

const podsOn = ({ podsOnNodes }: Cluster, node: string): readonly Pod[] => podsOnNodes.on(node);

function startNodeHealth(cluster: Cluster): void {
  const { clock, activity, report, api, informers } = cluster;
  const recorder = cluster.recorder('node-controller');
  /** By the controller's own clock: what the kubelet wrote as time is not trusted. */
  const probedAt = new Map<string, number>();
  const queue = new WorkQueue({ clock, activity, report, process });

  async function process(name: string): Promise<void> {
    const node = informers.nodes.get(undefined, name);
    if (!node) return;
    const now = clock.now();
    const input = { node, probedAt: probedAt.get(name) ?? now, pods: podsOn(cluster, name), now };
    const { writes, wakeAfterMs = 0 } = reconcileNodeHealth(input);
    queue.addAfter(name, wakeAfterMs);
    await applyWrites(writes, { api, recorder });
  }

  const say = (node: Node, reason: string, message: string): void =>
    recorder.record({
      verb: 'event',
      about: { kind: 'Node', object: node },
      type: 'Normal',
      reason,
      message: `Node ${node.metadata.name} event: ${message}`,
    });

  informers.nodes.subscribe(({ object: node, previous, deleted }) => {
    const { name } = node.metadata;
    if (deleted) {
      probedAt.delete(name);
      say(node, 'RemovingNode', `Removing Node ${name} from Controller`);
      return;
    }
    if (!previous) say(node, 'RegisteredNode', `Registered Node ${name} in Controller`);
    const heartbeat = (each?: Node) => findCondition(each?.status?.conditions, 'Ready')?.lastHeartbeatTime;
    if (heartbeat(node) !== heartbeat(previous)) probedAt.set(name, clock.now());
    const isSame = same(node.spec, previous?.spec) && same(node.status, previous?.status);
    if (!isSame) queue.add(name);
  });
  informers.leases.subscribe(({ object, previous, deleted }) => {
    const { namespace, name } = object.metadata;
    if (namespace !== 'kube-node-lease' || deleted) return;
    if (object.spec.renewTime !== previous?.spec.renewTime) probedAt.set(name, clock.now());
  });
}

function startTaintEviction(cluster: Cluster): void {
  const { clock, activity, report, api, informers } = cluster;
  const recorder = cluster.recorder('taint-eviction-controller');
  /** Pods on their way out: a cancelled deletion is announced. */
  const planned = new Set<string>();
  const queue = new WorkQueue({ clock, activity, report, process });

  async function process(key: string): Promise<void> {
    const [namespace, name = ''] = key.split('/');
    const pod = informers.pods.get(namespace, name);
    const node = informers.nodes.get(undefined, pod?.spec.nodeName ?? '');
    if (!pod || !node || pod.metadata.deletionTimestamp) {
      planned.delete(key);
      return;
    }
    const now = clock.now();
    const dueAt = evictionDueAt(pod, node.spec.taints ?? []);
    if (dueAt === Infinity) {
      if (planned.delete(key)) {
        const event = taintEvictionEvent(pod, `Cancelling deletion of Pod ${key}`);
        await applyWrites([event], { api, recorder });
      }
      return;
    }
    planned.add(key);
    if (dueAt > now) return queue.addAfter(key, dueAt - now);
    planned.delete(key);
    await applyWrites(evictedByTaint(pod, now), { api, recorder });
  }

  const keyOf = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${metadata.name}`;
  const executing = (node?: Node) => (node?.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
  informers.nodes.subscribe(({ object: node, previous, deleted }) => {
    if (deleted || same(executing(node), executing(previous))) return;
    for (const pod of podsOn(cluster, node.metadata.name)) queue.add(keyOf(pod));
  });
  informers.pods.subscribe(({ object: pod, previous, deleted }) => {
    if (deleted) planned.delete(keyOf(pod));
    if (deleted || !pod.spec.nodeName) return;
    if (previous?.spec.nodeName && same(previous.spec.tolerations, pod.spec.tolerations)) return;
    if (executing(informers.nodes.get(undefined, pod.spec.nodeName)).length > 0) queue.add(keyOf(pod));
  });
}

function startOrphanCollection(cluster: Cluster): void {
  const { clock, activity, report, api, informers } = cluster;
  const recorder = cluster.recorder('pod-garbage-collector');
  const queue = new WorkQueue({
    clock,
    activity,
    report,
    process: async (node) => {
      if (informers.nodes.get(undefined, node)) return;
      await applyWrites(reconcileOrphans(podsOn(cluster, node), clock.now()), { api, recorder });
    },
  });
  informers.nodes.subscribe(({ object, deleted }) => {
    if (deleted) queue.addAfter(object.metadata.name, QUARANTINE_MS);
  });
}

/** A node that comes back within this time keeps its pods (pkg/controller/podgc). */
const QUARANTINE_MS = 40_000;
