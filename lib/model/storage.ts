import type { NodeTerm } from './pod-template.ts';

/** What is kept of a PersistentVolumeClaim. Times are epoch ms. */
export type VolumeClaim = {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly createdAt: number;
  readonly deletedAt?: number;
  readonly finalizers: readonly string[];
  readonly phase: 'Pending' | 'Bound' | 'Lost';
  /** `undefined`: none is named, the default class is meant; `''`: no class is wanted, only volumes without one fit. */
  readonly storageClass?: string;
  /** The volume it is bound to, or wants and no other. */
  readonly volumeName?: string;
  /** Quantity as written ("20Gi"). */
  readonly requested?: string;
  readonly accessModes: readonly string[];
  readonly isBlock: boolean;
  readonly hasSelector: boolean;
  /** What its volume begins from: "VolumeSnapshot nightly". */
  readonly dataSource?: string;
  /** Who was asked to make the volume. */
  readonly provisioner?: string;
  /** The node the scheduler chose for the first consumer: from then on the provisioner is at work. */
  readonly selectedNode?: string;
};

export type StorageClass = {
  readonly name: string;
  /** `kubernetes.io/no-provisioner`: its volumes are made by hand. */
  readonly provisioner: string;
  /** The volume is chosen or made only once a pod was given a node. */
  readonly waitsForConsumer: boolean;
  readonly isDefault: boolean;
  /** Where its volumes may be; empty when anywhere. */
  readonly topologies: readonly NodeTerm[];
};

/** What is kept of a PersistentVolume: never its source, which may hold addresses and credentials' names. */
export type PersistentVolume = {
  readonly name: string;
  readonly phase: string;
  readonly deletedAt?: number;
  /** `''`: none. */
  readonly storageClass: string;
  readonly capacity?: string;
  readonly accessModes: readonly string[];
  readonly isBlock: boolean;
  /** The claim it belongs to, or is kept for. */
  readonly claim?: { readonly namespace: string; readonly name: string; readonly uid?: string };
  /** Nodes it can be reached from; empty when from all. */
  readonly nodeTerms: readonly NodeTerm[];
};
