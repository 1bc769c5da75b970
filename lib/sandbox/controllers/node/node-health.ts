import type { Condition, Node, Pod, Taint } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import { targetOf, type Write } from '#lib/sandbox/client/write.ts';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';
import type { Pass } from '#lib/sandbox/controllers/pass.ts';

/** --node-monitor-grace-period, as the real control plane of the tests runs it (the default is 50 s since 1.32). */
export const NODE_GRACE_MS = 40_000;

const KUBELET_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];
const PREFIX = 'node.kubernetes.io/';
/** Conditions that keep new pods away while they are true. */
const PRESSURE_TAINTS: Readonly<Record<string, string>> = {
  MemoryPressure: 'memory-pressure',
  DiskPressure: 'disk-pressure',
  PIDPressure: 'pid-pressure',
  NetworkUnavailable: 'network-unavailable',
};
const OWN_TAINTS = ['not-ready', 'unreachable', 'unschedulable', ...Object.values(PRESSURE_TAINTS)].map(
  (name) => PREFIX + name,
);

export type NodeHealthInput = {
  readonly node: Node;
  /** When the controller last saw the Lease renewed or the Ready condition move. */
  readonly probedAt: number;
  /** All pods of the node. */
  readonly pods: readonly Pod[];
  readonly now: number;
};

/**
 * The node lifecycle controller (pkg/controller/nodelifecycle): a node that is silent for 40 s is Unknown, its pods are
 * not ready, and taints follow the conditions.
 */
export function reconcileNodeHealth({ node, probedAt, pods, now }: NodeHealthInput): Pass {
  const silent = now - probedAt > NODE_GRACE_MS;
  const before = node.status?.conditions ?? [];
  const conditions = silent ? unknownConditions(node, now) : before;
  const ready = findCondition(conditions, 'Ready')?.status ?? 'Unknown';
  const writes: Write[] = [];
  if (!same(conditions, before)) {
    writes.push({
      verb: 'merge',
      target: targetOf('Node', node),
      subresource: 'status',
      patch: { status: { conditions } },
    });
  }
  if (silent && findCondition(before, 'Ready')?.status === 'True') {
    const { name } = node.metadata;
    const message = `Node ${name} status is now: NodeNotReady`;
    const about = { kind: 'Node', object: node } as const;
    writes.push({ verb: 'event', about, type: 'Normal', reason: 'NodeNotReady', message });
  }
  if (ready !== 'True') writes.push(...pods.flatMap((pod) => markedNotReady(pod, now)));
  const taints = taintsFor(node, conditions, now);
  if (!same(taints, node.spec.taints ?? []))
    writes.push({
      verb: 'merge',
      target: targetOf('Node', node),
      patch: { spec: { taints: taints.length > 0 ? taints : null } },
    });
  return { writes, wakeAfterMs: Math.max(1000, probedAt + NODE_GRACE_MS + 1 - now) };
}

function unknownConditions({ metadata, status }: Node, now: number): readonly Condition[] {
  const current = status?.conditions ?? [];
  const lastTransitionTime = seconds(now);
  const missing = KUBELET_CONDITIONS.filter((type) => !findCondition(current, type));
  return [
    ...current.map((condition) =>
      !KUBELET_CONDITIONS.includes(condition.type) || condition.status === 'Unknown'
        ? condition
        : {
            ...condition,
            status: 'Unknown' as const,
            reason: 'NodeStatusUnknown',
            message: 'Kubelet stopped posting node status.',
            lastTransitionTime,
          },
    ),
    ...missing.map((type) => ({
      type,
      status: 'Unknown' as const,
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: metadata.creationTimestamp,
      lastTransitionTime,
    })),
  ];
}

/** Only Ready changes: what else the status says is stale, as on a real cluster. */
function markedNotReady(pod: Pod, now: number): readonly Write[] {
  const conditions = pod.status?.conditions ?? [];
  if (findCondition(conditions, 'Ready')?.status !== 'True') return [];
  const next = conditions.map((condition) =>
    condition.type === 'Ready'
      ? { ...condition, status: 'False', lastTransitionTime: seconds(now) }
      : condition,
  );
  const about = { kind: 'Pod', object: pod } as const;
  const patch = { metadata: { uid: pod.metadata.uid }, status: { conditions: next } };
  return [
    { verb: 'merge', target: targetOf('Pod', pod), subresource: 'status', patch },
    { verb: 'event', about, type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' },
  ];
}

/** The taints others put there, then what the conditions and the cordon ask for. */
function taintsFor({ spec }: Node, conditions: readonly Condition[], now: number): readonly Taint[] {
  const current = spec.taints ?? [];
  const wanted: Taint[] = [];
  const status = findCondition(conditions, 'Ready')?.status ?? 'True';
  if (status !== 'True') {
    const key = PREFIX + (status === 'False' ? 'not-ready' : 'unreachable');
    wanted.push({ key, effect: 'NoSchedule' }, { key, effect: 'NoExecute' });
  }
  for (const [type, name] of Object.entries(PRESSURE_TAINTS)) {
    if (findCondition(conditions, type)?.status === 'True')
      wanted.push({ key: PREFIX + name, effect: 'NoSchedule' });
  }
  if (spec.unschedulable) wanted.push({ key: `${PREFIX}unschedulable`, effect: 'NoSchedule' });
  const isSame = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;
  const kept = current.filter(
    (taint) => !OWN_TAINTS.includes(taint.key) || wanted.some((other) => isSame(taint, other)),
  );
  const added = wanted.filter((taint) => !kept.some((other) => isSame(taint, other)));
  return [...kept, ...added.map((taint) => ({ ...taint, timeAdded: seconds(now) }))];
}
