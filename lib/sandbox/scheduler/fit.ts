import type { Node, Pod } from '#lib/sandbox/client/objects.ts';
import { quantity } from '#lib/sandbox/quantity.ts';
import { matchesNodeAffinity } from './node-affinity.ts';
import { tolerationFor } from './taints.ts';

/** Why one node does not take a pod. `final`: evicting other pods would not help. */
export type Rejection = { readonly reason: string; readonly final: boolean };

/** Checks in the scheduler's plugin order; a node is rejected by the first plugin that fails. */
export function rejections(pod: Pod, node: Node, onNode: readonly Pod[]): readonly Rejection[] {
  if (
    node.spec.unschedulable &&
    !tolerationFor(pod, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' })
  ) {
    return [{ reason: 'node(s) were unschedulable', final: true }];
  }
  const taint = (node.spec.taints ?? []).find(
    (candidate) => candidate.effect !== 'PreferNoSchedule' && !tolerationFor(pod, candidate),
  );
  if (taint) {
    return [{ reason: `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`, final: true }];
  }
  if (!matchesNodeAffinity(pod, node)) {
    return [{ reason: "node(s) didn't match Pod's node affinity/selector", final: true }];
  }
  return unfit(pod, node, onNode);
}

function unfit(pod: Pod, node: Node, onNode: readonly Pod[]): readonly Rejection[] {
  const { allocatable = {} } = node.status ?? {};
  const rejected: Rejection[] = [];
  if (onNode.length + 1 > quantity(allocatable.pods ?? '110'))
    rejected.push({ reason: 'Too many pods', final: false });
  for (const resource of ['cpu', 'memory'] as const) {
    const wanted = requested(pod, resource);
    const total = quantity(allocatable[resource]);
    const used = onNode.reduce((sum, other) => sum + requested(other, resource), 0);
    if (wanted > 0 && wanted > total - used) {
      rejected.push({ reason: `Insufficient ${resource}`, final: wanted > total });
    }
  }
  return rejected;
}

/** What a pod asks for: the sum over its containers, or the largest init container if that is more. */
export function requested({ spec }: Pod, resource: 'cpu' | 'memory'): number {
  const of = ({ resources }: (typeof spec.containers)[number]) =>
    quantity(resources?.requests?.[resource] ?? resources?.limits?.[resource]);
  const running = spec.containers.reduce((sum, container) => sum + of(container), 0);
  return Math.max(running, ...(spec.initContainers ?? []).map(of));
}

export type Placement = { readonly node: string } | { readonly message: string };

/** The least requested node that fits, or the message of FailedScheduling. */
export function placement(pod: Pod, nodes: readonly Node[], pods: readonly Pod[]): Placement {
  if (nodes.length === 0) return { message: 'no nodes available to schedule pods' };
  const placed = nodes.map((node) => {
    const onNode = pods.filter(
      ({ spec, status }) =>
        spec.nodeName === node.metadata.name && status?.phase !== 'Succeeded' && status?.phase !== 'Failed',
    );
    return { node, onNode, rejected: rejections(pod, node, onNode) };
  });
  const fitting = placed.filter(({ rejected }) => rejected.length === 0);
  const best = fitting.toSorted((a, b) => load(a) - load(b))[0];
  return best ? { node: best.node.metadata.name } : { message: unschedulable(placed) };
}

function load({ node, onNode }: { node: Node; onNode: readonly Pod[] }): number {
  const share = (resource: 'cpu' | 'memory') =>
    onNode.reduce((sum, pod) => sum + requested(pod, resource), 0) /
    (quantity(node.status?.allocatable?.[resource]) || 1);
  return share('cpu') + share('memory') + onNode.length / 1000;
}

/** `0/4 nodes are available: 1 ..., 3 .... preemption: 0/4 nodes are available: ...` (framework/types.go, FitError). */
function unschedulable(placed: readonly { readonly rejected: readonly Rejection[] }[]): string {
  const head = `0/${placed.length} nodes are available: `;
  const reasons = counted(placed.flatMap(({ rejected }) => rejected.map(({ reason }) => reason)));
  const preemption = counted(
    placed.map(({ rejected }) =>
      rejected.some(({ final }) => final)
        ? 'Preemption is not helpful for scheduling'
        : 'No preemption victims found for incoming pod',
    ),
  );
  return `${head}${reasons}. preemption: ${head}${preemption}.`;
}

function counted(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .toSorted()
    .join(', ');
}
