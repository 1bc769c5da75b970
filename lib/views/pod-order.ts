import type { PodsQuery } from '#lib/contract/pods.ts';
import { podStatus } from '#lib/health/pod-status.ts';
import type { Pod } from '#lib/model/pod.ts';

/** A pod with what it is sorted by: read once, not with every comparison. */
export type Sortable = { readonly pod: Pod; readonly by: string | number };
type SortKey = Exclude<PodsQuery['sort'], 'name'>;

const KEYS: Readonly<Record<SortKey, (pod: Pod) => string | number>> = {
  status: (pod) => podStatus(pod).status,
  restarts: (pod) => podStatus(pod).restarts,
  age: ({ meta }) => -meta.createdAt,
  node: ({ nodeName }) => nodeName ?? '',
};

export const sortable = (pod: Pod, sort: SortKey): Sortable => ({ pod, by: KEYS[sort](pod) });

/** Of pods that are in order of their names; equal ones stay so, whichever way the others go. */
export function bySortable(order: PodsQuery['order']): (a: Sortable, b: Sortable) => number {
  const sign = order === 'desc' ? -1 : 1;
  return (a, b) => sign * compare(a.by, b.by);
}

export const byNamespaceAndName = ({ meta: a }: Pod, { meta: b }: Pod): number =>
  compare(a.namespace, b.namespace) || compare(a.name, b.name);

const compare = <T extends string | number>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);

/** Whether all words, in lower case, are somewhere in what the row says. Names of pods and nodes are in lower case anyway. */
export function podMatches(pod: Pod, words: readonly string[]): boolean {
  const { meta, nodeName = '' } = pod;
  const isNamed = (word: string) =>
    meta.name.includes(word) ||
    meta.namespace.includes(word) ||
    nodeName.includes(word) ||
    (word.includes('/') && `${meta.namespace}/${meta.name}`.includes(word));
  const missing = words.filter((word) => !isNamed(word));
  if (missing.length === 0) return true;
  const status = podStatus(pod).status.toLowerCase();
  return missing.every((word) => status.includes(word));
}

export const wordsOf = (q: string): readonly string[] => q.toLowerCase().split(/\s+/).filter(Boolean);
