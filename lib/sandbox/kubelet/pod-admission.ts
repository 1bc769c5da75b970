import type { Node, Pod } from '#lib/sandbox/client/objects.ts';
import { matchesNodeAffinity } from '#lib/sandbox/scheduler/node-affinity.ts';
import { amounts, requestsOf, requestsOfAll } from '#lib/sandbox/scheduler/requests.ts';

export type Refused = { readonly reason: string; readonly message: string };

/**
 * Why a kubelet refuses a pod that was bound to its node, with `spec.nodeName` in the manifest or in a race
 * (pkg/kubelet/lifecycle/predicate.go). `others` are the admitted pods of the node.
 */
export function admissionRefusal(pod: Pod, node: Node, others: readonly Pod[]): Refused | undefined {
  const room = shortage(pod, node, others);
  if (room) return { reason: `OutOf${room.resource}`, message: sentence(room) };
  if (matchesNodeAffinity(pod, node)) return undefined;
  const why = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
  return { reason: 'NodeAffinity', message: why };
}

type Shortage = {
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly capacity: number;
};

const sentence = ({ resource, requested, used, capacity }: Shortage): string =>
  `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;

function shortage(pod: Pod, node: Node, others: readonly Pod[]): Shortage | undefined {
  const allocatable = amounts(node.status?.allocatable);
  const used = requestsOfAll(others);
  const capacity = allocatable.pods ?? 110;
  if (others.length + 1 > capacity) return { resource: 'pods', requested: 1, used: others.length, capacity };
  for (const [resource, requested] of Object.entries(requestsOf(pod))) {
    const total = allocatable[resource] ?? 0;
    const taken = used[resource] ?? 0;
    if (requested > 0 && requested > total - taken)
      return { resource, requested, used: taken, capacity: total };
  }
  return undefined;
}
