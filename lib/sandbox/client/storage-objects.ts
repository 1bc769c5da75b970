import type { Condition, KubeObject, Labels, LabelSelector, ResourceList } from './objects.ts';
import type { NodeSelector } from './placement-objects.ts';

export type ClaimReference = {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  /** Absent when somebody reserved the volume by name for a claim to come. */
  readonly uid?: string;
  readonly resourceVersion?: string;
};

export type PersistentVolumeClaim = KubeObject & {
  readonly spec: {
    readonly accessModes?: readonly string[];
    /** Absent: the default class. Empty: no class, static volumes only. */
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly selector?: LabelSelector;
    readonly resources?: { readonly requests?: ResourceList };
  };
  readonly status?: {
    readonly phase?: string;
    readonly accessModes?: readonly string[];
    readonly capacity?: ResourceList;
    readonly conditions?: readonly Condition[];
  };
};

export type PersistentVolume = KubeObject & {
  readonly spec: {
    readonly capacity?: ResourceList;
    readonly accessModes?: readonly string[];
    readonly claimRef?: ClaimReference;
    readonly storageClassName?: string;
    readonly volumeMode?: string;
    readonly persistentVolumeReclaimPolicy?: string;
    readonly nodeAffinity?: { readonly required?: NodeSelector };
    readonly csi?: { readonly driver: string; readonly volumeHandle: string };
    readonly hostPath?: { readonly path: string };
    readonly local?: { readonly path: string };
    readonly nfs?: { readonly server: string; readonly path: string };
  };
  readonly status?: { readonly phase?: string; readonly reason?: string; readonly message?: string };
};

export type StorageClass = KubeObject & {
  readonly provisioner: string;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
  readonly parameters?: Labels;
};

/** The wish of the control plane that a node gets a disk, and the driver's answer. */
export type VolumeAttachment = KubeObject & {
  readonly spec: {
    readonly attacher: string;
    readonly nodeName: string;
    readonly source: { readonly persistentVolumeName?: string };
  };
  readonly status?: {
    readonly attached: boolean;
    readonly attachError?: { readonly message?: string; readonly time?: string };
  };
};
