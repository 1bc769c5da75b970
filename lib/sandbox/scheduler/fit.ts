import type { Pod } from '#lib/sandbox/client/objects.ts';
import { filtersFor, type Rejection } from './filters.ts';
import { fitError, prefilterError, withPreemption } from './fit-error.ts';
import { namedNodes } from './node-affinity.ts';
import { preemption } from './preemption.ts';
import { discomfort } from './score.ts';
import type { NodeInfo, Snapshot } from './snapshot.ts';
import { claimTrouble, planFor, type ClaimPlan } from './volume-binding.ts';

export type Placement =
  | { readonly node: string; readonly claims: ClaimPlan }
  | {
      /** The message of FailedScheduling. */
      readonly message: string;
      readonly reasons: readonly string[];
      /** Pods to evict, so that the pod fits there next time. */
      readonly preempt?: { readonly node: string; readonly victims: readonly Pod[] };
    };

const NO_NODES = 'no nodes available to schedule pods';
const NOT_NAMED: Rejection = { reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"], final: true };

/** Where a pod goes, or why nowhere: one scheduling cycle without its writes. */
export function placement(pod: Pod, snapshot: Snapshot): Placement {
  const { nodes, storage } = snapshot;
  if (nodes.length === 0) return { message: NO_NODES, reasons: [NO_NODES] };
  const trouble = claimTrouble(pod, storage);
  if (trouble) return { message: prefilterError(nodes.length, trouble), reasons: [trouble] };
  const named = namedNodes(pod);
  const filter = filtersFor(pod, snapshot);
  const rejectedBy = new Map<NodeInfo, Rejection>();
  for (const info of nodes) {
    const isNamed = !named || named.has(info.node.metadata.name);
    const rejection = isNamed ? filter(info) : NOT_NAMED;
    if (rejection) rejectedBy.set(info, rejection);
  }
  const best = nodes
    .filter((info) => !rejectedBy.has(info))
    .map((info) => ({ info, discomfort: discomfort(pod, snapshot, info) }))
    .toSorted((a, b) => a.discomfort - b.discomfort)[0];
  if (best) {
    const { node } = best.info;
    const claims = planFor(pod, node, storage) ?? { bind: [], provision: [] };
    return { node: node.metadata.name, claims };
  }
  const reasons = [...rejectedBy.values()].flatMap((rejection) => rejection.reasons);
  const message = fitError(nodes.length, reasons);
  const answer = preemption(pod, snapshot, rejectedBy);
  return 'message' in answer
    ? { message: withPreemption(message, answer.message), reasons }
    : { message, reasons, preempt: answer };
}
