import type { Pod } from '#lib/sandbox/client/objects.ts';
import { affinityPreference } from './inter-pod-affinity.ts';
import { preferredWeight } from './node-affinity.ts';
import { amounts, requestsOfAll } from './requests.ts';
import type { NodeInfo, Snapshot } from './snapshot.ts';
import { unwelcomeTaints } from './taints.ts';
import { crowding } from './topology-spread.ts';

/**
 * How little a node suits a pod that fits; the lowest wins, the first of equals. Not the scheduler's own scale: the
 * emptiest node, corrected by preferences that weigh more than any load.
 */
export function discomfort(pod: Pod, snapshot: Snapshot, info: NodeInfo): number {
  return (
    load(info) +
    10 * unwelcomeTaints(pod, info.node) +
    10 * crowding(pod, snapshot, info) -
    preferredWeight(pod, info.node) -
    affinityPreference(pod, snapshot, info)
  );
}

/** Shares of cpu and memory that are asked for, and a little for every pod. */
function load({ node, pods }: NodeInfo): number {
  const allocatable = amounts(node.status?.allocatable);
  const used = requestsOfAll(pods);
  const share = (resource: 'cpu' | 'memory'): number => (used[resource] ?? 0) / (allocatable[resource] || 1);
  return share('cpu') + share('memory') + pods.length / 1000;
}
