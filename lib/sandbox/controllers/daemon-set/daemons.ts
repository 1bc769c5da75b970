import type { Node, Pod } from '#lib/sandbox/client/objects.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import type { DaemonSet } from '#lib/sandbox/client/workload-objects.ts';
import { REVISION_HASH, type Revision } from '#lib/sandbox/controllers/controller-revisions.ts';
import { isAvailable } from '#lib/sandbox/controllers/pod-facts.ts';
import { targetNode, wantedOn } from './daemon-pod.ts';

/** A DaemonSet as a pass sees it. */
export type Daemons = {
  readonly daemonSet: DaemonSet;
  readonly revision: Revision;
  readonly nodes: readonly Node[];
  /** Owned Pods by the node they are for; oldest first, scheduled ones before the others. */
  readonly byNode: ReadonlyMap<string, readonly Pod[]>;
  readonly now: number;
};

/** Where Pods are to be created and which go. */
export type Changes = { readonly create: readonly string[]; readonly remove: readonly Pod[] };

export function groupedByNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const order = (a: Pod, b: Pod) =>
    Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName)) ||
    epochMs(a.metadata.creationTimestamp) - epochMs(b.metadata.creationTimestamp) ||
    (a.metadata.name < b.metadata.name ? -1 : 1);
  return Map.groupBy(pods.toSorted(order), (pod) => targetNode(pod) ?? '');
}

export const isUpdated = (pod: Pod, revision: Revision): boolean =>
  pod.metadata.labels?.[REVISION_HASH] === revision.hash;

export const isAvailableIn = ({ daemonSet, now }: Daemons, pod: Pod): boolean =>
  isAvailable(pod, daemonSet.spec.minReadySeconds ?? 0, now);

export const wantingNodes = ({ daemonSet, nodes }: Daemons): readonly Node[] =>
  nodes.filter((node) => wantedOn(daemonSet, node).run);

type Limits = { readonly maxSurge: number; readonly maxUnavailable: number };

/** maxSurge and maxUnavailable in Pods; both round up (daemonset_util.go, SurgeCount and UnavailableCount). */
export function limits({ spec }: DaemonSet, desired: number): Limits {
  const { type = 'RollingUpdate', rollingUpdate = {} } = spec.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return { maxSurge: 0, maxUnavailable: 0 };
  const scaled = (value: number | string) =>
    typeof value === 'number' ? value : Math.ceil((Number.parseFloat(value) * desired) / 100);
  const maxSurge = scaled(rollingUpdate.maxSurge ?? 0);
  const maxUnavailable = scaled(rollingUpdate.maxUnavailable ?? 1);
  return maxSurge === 0 && maxUnavailable === 0
    ? { maxSurge, maxUnavailable: 1 }
    : { maxSurge, maxUnavailable };
}
