import type { KubeObject, ResourceList } from './objects.ts';

export type PersistentVolumeClaim = KubeObject & {
  readonly spec: {
    readonly accessModes?: readonly string[];
    /** Absent: the default class. Empty: no class, static volumes only. */
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly resources?: { readonly requests?: ResourceList };
  };
  readonly status?: { readonly phase?: string };
};
