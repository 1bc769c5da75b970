import type { Labels, Node, Pod } from '#lib/sandbox/client/objects.ts';
import type { PodDisruptionBudget } from '#lib/sandbox/client/disruption-objects.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
} from '#lib/sandbox/client/storage-objects.ts';

/** A node and what occupies it: pods that have not ended, and pods with a claim on the place by preemption. */
export type NodeInfo = { readonly node: Node; readonly pods: readonly Pod[] };

/** What storage looks like; only asked when a pod uses claims. */
export interface StorageView {
  claim(namespace: string | undefined, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  volumes(): readonly PersistentVolume[];
  storageClass(name: string): StorageClass | undefined;
}

/** Everything one scheduling decision depends on. */
export type Snapshot = {
  readonly nodes: readonly NodeInfo[];
  readonly storage: StorageView;
  readonly namespaceLabels: (namespace: string) => Labels;
  readonly budgets: readonly PodDisruptionBudget[];
};

/** The same cluster with other pods on one node. */
export function withPodsOn(snapshot: Snapshot, { node }: NodeInfo, pods: readonly Pod[]): Snapshot {
  return {
    ...snapshot,
    nodes: snapshot.nodes.map((info) => (info.node === node ? { node, pods } : info)),
  };
}

export const priorityOf = ({ spec }: Pod): number => spec.priority ?? 0;

export const hasEnded = ({ status }: Pod): boolean =>
  status?.phase === 'Succeeded' || status?.phase === 'Failed';
