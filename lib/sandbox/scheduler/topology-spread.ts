import type { Labels, Pod } from '#lib/sandbox/client/objects.ts';
import type { TopologySpreadConstraint } from '#lib/sandbox/client/placement-objects.ts';
import { matches } from '#lib/sandbox/client/selector.ts';
import { matchesNodeAffinity } from './node-affinity.ts';
import type { NodeInfo, Snapshot } from './snapshot.ts';
import { untoleratedTaint } from './taints.ts';

export type SpreadVerdict = 'fits' | 'missing-label' | 'skewed';

type Counted = {
  readonly constraint: TopologySpreadConstraint;
  readonly byDomain: ReadonlyMap<string, number>;
};

/** DoNotSchedule constraints per node (plugins/podtopologyspread/filtering.go); undefined when there are none. */
export function spreadCheck(pod: Pod, { nodes }: Snapshot): ((info: NodeInfo) => SpreadVerdict) | undefined {
  const counted = countedFor(pod, nodes, 'DoNotSchedule');
  if (counted.length === 0) return undefined;
  return (info) => {
    for (const { constraint, byDomain } of counted) {
      const domain = info.node.metadata.labels?.[constraint.topologyKey];
      if (domain === undefined) return 'missing-label';
      const tooFew = byDomain.size < (constraint.minDomains ?? 1);
      const least = tooFew ? 0 : Math.min(...byDomain.values());
      const self = selects(constraint, pod, pod.metadata.labels) ? 1 : 0;
      if ((byDomain.get(domain) ?? 0) + self - least > constraint.maxSkew) return 'skewed';
    }
    return 'fits';
  };
}

/** How many matching pods the node's domains already hold, by the ScheduleAnyway constraints. */
export function crowding(pod: Pod, { nodes }: Snapshot, { node }: NodeInfo): number {
  const counted = countedFor(pod, nodes, 'ScheduleAnyway');
  return counted.reduce((sum, { constraint: { topologyKey }, byDomain }) => {
    const domain = node.metadata.labels?.[topologyKey];
    return sum + (domain === undefined ? 0 : (byDomain.get(domain) ?? 0));
  }, 0);
}

function countedFor(pod: Pod, nodes: readonly NodeInfo[], action: string): readonly Counted[] {
  const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === action,
  );
  return constraints.map((constraint) => {
    const byDomain = new Map<string, number>();
    for (const info of nodes) {
      const labels = info.node.metadata.labels ?? {};
      if (constraints.some(({ topologyKey }) => labels[topologyKey] === undefined)) continue;
      if (!counts(constraint, pod, info)) continue;
      const domain = labels[constraint.topologyKey] ?? '';
      const selected = info.pods.filter(
        ({ metadata }) =>
          metadata.namespace === pod.metadata.namespace &&
          !metadata.deletionTimestamp &&
          selects(constraint, pod, metadata.labels),
      );
      byDomain.set(domain, (byDomain.get(domain) ?? 0) + selected.length);
    }
    return { constraint, byDomain };
  });
}

/** Node inclusion policies: affinity is honoured and taints are ignored by default. */
function counts(constraint: TopologySpreadConstraint, pod: Pod, { node }: NodeInfo): boolean {
  const { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = constraint;
  if (nodeAffinityPolicy === 'Honor' && !matchesNodeAffinity(pod, node)) return false;
  return nodeTaintsPolicy !== 'Honor' || untoleratedTaint(pod, node) === undefined;
}

function selects(
  { labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint,
  { metadata }: Pod,
  labels: Labels = {},
): boolean {
  const own = metadata.labels ?? {};
  return (
    labelSelector !== undefined &&
    matches(labelSelector, labels) &&
    matchLabelKeys.every((key) => own[key] === undefined || own[key] === labels[key])
  );
}
