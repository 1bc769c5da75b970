import type { PodsQuery } from '#lib/contract/pods.ts';
import { podStatus } from '#lib/health/pod-status.ts';
import type { Pod } from '#lib/model/pod.ts';

/** A pod with what it is sorted by: read once, not with every comparison. */
export type Sortable = { readonly pod: Pod; readonly by: string | number };
export type PodOrder = Pick<PodsQuery, 'sort' | 'order'>;

const KEYS: Readonly<Record<PodsQuery['sort'], (pod: Pod) => string | number>> = {
  name: () => '',
  status: (pod) => podStatus(pod).status,
  restarts: (pod) => podStatus(pod).restarts,
  age: ({ meta }) => -meta.createdAt,
  node: ({ nodeName }) => nodeName ?? '',
};

export const sortable = (pod: Pod, { sort }: PodOrder): Sortable => ({ pod, by: KEYS[sort](pod) });

/** Equal ones by namespace and name, so that the order is one and the same each time. */
export function podOrder({ sort, order }: PodOrder): (a: Sortable, b: Sortable) => number {
  const sign = order === 'desc' ? -1 : 1;
  return sort === 'name'
    ? (a, b) => sign * byNamespaceAndName(a.pod, b.pod)
    : (a, b) => sign * compare(a.by, b.by) || byNamespaceAndName(a.pod, b.pod);
}

const byNamespaceAndName = ({ meta: a }: Pod, { meta: b }: Pod): number =>
  compare(a.namespace, b.namespace) || compare(a.name, b.name);

const compare = <T extends string | number>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);

/** Whether all words, in lower case, are somewhere in what the row says. */
export function podMatches(pod: Pod, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { meta, nodeName = '' } = pod;
  const named = `${meta.namespace}/${meta.name} ${nodeName}`.toLowerCase();
  const missing = words.filter((word) => !named.includes(word));
  if (missing.length === 0) return true;
  const status = podStatus(pod).status.toLowerCase();
  return missing.every((word) => status.includes(word));
}

export const wordsOf = (q: string): readonly string[] => q.toLowerCase().split(/\s+/).filter(Boolean);
