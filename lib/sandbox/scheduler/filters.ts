import type { Pod } from '#lib/sandbox/client/objects.ts';
import { wantsTakenPort } from './host-ports.ts';
import { affinityCheck, type AffinityVerdict } from './inter-pod-affinity.ts';
import { matchesNodeAffinity } from './node-affinity.ts';
import { amount, amounts, requestsOf, requestsOfAll } from './requests.ts';
import type { NodeInfo, Snapshot } from './snapshot.ts';
import { isCordonedFor, untoleratedTaint } from './taints.ts';
import { spreadCheck, type SpreadVerdict } from './topology-spread.ts';
import { holdsExclusiveClaim, volumeReasons } from './volume-binding.ts';

/** Why one node does not take a pod. `final`: evicting other pods would not help. */
export type Rejection = { readonly reasons: readonly string[]; readonly final: boolean };

export type Filter = (info: NodeInfo) => Rejection | undefined;

const final = (...reasons: readonly string[]): Rejection => ({ reasons, final: true });
const curable = (...reasons: readonly string[]): Rejection => ({ reasons, final: false });

const SKEWED = "node(s) didn't match pod topology spread constraints";
const SPREAD: Readonly<Record<SpreadVerdict, Rejection | undefined>> = {
  fits: undefined,
  'missing-label': final(`${SKEWED} (missing required label)`),
  skewed: curable(SKEWED),
};
const AFFINITY: Readonly<Record<AffinityVerdict, Rejection | undefined>> = {
  fits: undefined,
  'no-affinity': final("node(s) didn't match pod affinity rules"),
  'anti-affinity': curable("node(s) didn't match pod anti-affinity rules"),
  'existing-anti-affinity': curable("node(s) didn't satisfy existing pods anti-affinity rules"),
};

/**
 * The default plugins in their order (pkg/scheduler/apis/config/v1/default_plugins.go); the first that fails rejects a
 * node, so that what later ones would say stays hidden.
 */
export function filtersFor(pod: Pod, snapshot: Snapshot): Filter {
  const spread = spreadCheck(pod, snapshot);
  const affinity = affinityCheck(pod, snapshot);
  const checks: readonly Filter[] = [
    ({ node }) => (isCordonedFor(pod, node) ? final('node(s) were unschedulable') : undefined),
    // Names no taint since 1.35; before, it was `untolerated taint {key: value}`.
    ({ node }) => (untoleratedTaint(pod, node) ? final('node(s) had untolerated taint(s)') : undefined),
    ({ node }) =>
      matchesNodeAffinity(pod, node) ? undefined : final("node(s) didn't match Pod's node affinity/selector"),
    ({ pods }) =>
      wantsTakenPort(pod, pods)
        ? curable("node(s) didn't have free ports for the requested pod ports")
        : undefined,
    (info) => insufficient(pod, info),
    (info) =>
      holdsExclusiveClaim(pod, info, snapshot.storage)
        ? curable(
            'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
          )
        : undefined,
    ({ node }) => {
      const reasons = volumeReasons(pod, node, snapshot.storage);
      return reasons.length > 0 ? final(...reasons) : undefined;
    },
    (info) => spread && SPREAD[spread(info)],
    (info) => affinity && AFFINITY[affinity(info)],
  ];
  return (info) => {
    for (const check of checks) {
      const rejection = check(info);
      if (rejection) return rejection;
    }
    return undefined;
  };
}

/** plugins/noderesources/fit.go: all shortages of a node at once; final when not even the empty node would do. */
function insufficient(pod: Pod, { node, pods }: NodeInfo): Rejection | undefined {
  const allocatable = amounts(node.status?.allocatable);
  const used = requestsOfAll(pods);
  const reasons: string[] = [];
  let isFinal = false;
  if (pods.length + 1 > (allocatable.pods ?? amount('pods', '110'))) reasons.push('Too many pods');
  for (const [resource, wanted] of Object.entries(requestsOf(pod))) {
    const total = allocatable[resource] ?? 0;
    if (wanted === 0 || wanted <= total - (used[resource] ?? 0)) continue;
    reasons.push(`Insufficient ${resource}`);
    isFinal ||= wanted > total;
  }
  return reasons.length > 0 ? { reasons, final: isFinal } : undefined;
}
