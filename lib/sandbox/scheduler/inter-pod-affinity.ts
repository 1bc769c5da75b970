import type { Labels, Pod } from '#lib/sandbox/client/objects.ts';
import type { PodAffinityTerm } from '#lib/sandbox/client/placement-objects.ts';
import { matches } from '#lib/sandbox/client/selector.ts';
import type { NodeInfo, Snapshot } from './snapshot.ts';

export type AffinityVerdict = 'fits' | 'no-affinity' | 'anti-affinity' | 'existing-anti-affinity';

const terms = {
  affinity: ({ spec }: Pod) => spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution,
  anti: ({ spec }: Pod) => spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution,
};

/**
 * Required affinity of a pod to others and theirs against it, per node (plugins/interpodaffinity/filtering.go).
 * Undefined when there is nothing to check.
 */
export function affinityCheck(
  pod: Pod,
  { nodes, namespaceLabels }: Snapshot,
): ((info: NodeInfo) => AffinityVerdict) | undefined {
  const wanted = terms.affinity(pod) ?? [];
  const unwanted = terms.anti(pod) ?? [];
  const about = (owner: Pod, term: PodAffinityTerm, other: Pod): boolean =>
    isAbout(owner, term, other, namespaceLabels);
  const near = new Set<string>();
  const apart = new Set<string>();
  const avoiding = new Set<string>();
  for (const { node, pods } of nodes) {
    const labels = node.metadata.labels ?? {};
    const note = (places: Set<string>, { topologyKey }: PodAffinityTerm): void => {
      const place = placeOf(topologyKey, labels);
      if (place) places.add(place);
    };
    for (const other of pods) {
      // A pod counts for affinity only when it satisfies all terms at once.
      if (wanted.length > 0 && wanted.every((term) => about(pod, term, other)))
        for (const term of wanted) note(near, term);
      for (const term of unwanted) if (about(pod, term, other)) note(apart, term);
      for (const term of terms.anti(other) ?? []) if (about(other, term, pod)) note(avoiding, term);
    }
  }
  if (wanted.length + unwanted.length + avoiding.size === 0) return undefined;
  const isFirstOfItsKind = near.size === 0 && wanted.every((term) => about(pod, term, pod));
  return ({ node }) => {
    const labels = node.metadata.labels ?? {};
    const places = wanted.map(({ topologyKey }) => placeOf(topologyKey, labels));
    if (places.some((place) => !place)) return 'no-affinity';
    if (!isFirstOfItsKind && places.some((place) => !near.has(place ?? ''))) return 'no-affinity';
    if (unwanted.some(({ topologyKey }) => apart.has(placeOf(topologyKey, labels) ?? '')))
      return 'anti-affinity';
    const isAvoided = Object.entries(labels).some(([key, value]) => avoiding.has(`${key}=${value}`));
    return isAvoided ? 'existing-anti-affinity' : 'fits';
  };
}

/** Preferred affinity minus preferred anti-affinity to the pods of one topology domain, by weight. */
export function affinityPreference(
  pod: Pod,
  { nodes, namespaceLabels }: Snapshot,
  { node }: NodeInfo,
): number {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const sum = (preferred: typeof podAffinity): number =>
    (preferred?.preferredDuringSchedulingIgnoredDuringExecution ?? []).reduce(
      (total, { weight, podAffinityTerm }) => {
        const { topologyKey } = podAffinityTerm;
        const here = placeOf(topologyKey, node.metadata.labels ?? {});
        const neighbours = nodes
          .filter((other) => here && placeOf(topologyKey, other.node.metadata.labels ?? {}) === here)
          .flatMap(({ pods }) => pods)
          .filter((other) => isAbout(pod, podAffinityTerm, other, namespaceLabels));
        return total + weight * neighbours.length;
      },
      0,
    );
  return podAffinity || podAntiAffinity ? sum(podAffinity) - sum(podAntiAffinity) : 0;
}

const placeOf = (key: string, labels: Labels): string | undefined =>
  labels[key] === undefined ? undefined : `${key}=${labels[key]}`;

function isAbout(
  owner: Pod,
  term: PodAffinityTerm,
  other: Pod,
  namespaceLabels: (namespace: string) => Labels,
): boolean {
  const { namespaces = [], namespaceSelector, labelSelector, matchLabelKeys, mismatchLabelKeys } = term;
  const home = other.metadata.namespace ?? '';
  const ownOnly = namespaces.length === 0 && !namespaceSelector;
  const inReach =
    (ownOnly && home === (owner.metadata.namespace ?? '')) ||
    namespaces.includes(home) ||
    (namespaceSelector !== undefined && matches(namespaceSelector, namespaceLabels(home)));
  if (!inReach || !labelSelector || !matches(labelSelector, other.metadata.labels)) return false;
  const agrees = (key: string) => owner.metadata.labels?.[key] === other.metadata.labels?.[key];
  return (matchLabelKeys ?? []).every(agrees) && !(mismatchLabelKeys ?? []).some(agrees);
}
