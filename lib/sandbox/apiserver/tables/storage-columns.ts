import type { Json } from '#lib/sandbox/apiserver/objects/json.ts';
import { objectAt, stringAt, stringMapAt, valueAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Column } from './column.ts';
import { AGE, NAME } from './workload-columns.ts';

const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

function modes(value: Json | undefined): string {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return Object.keys(SHORT)
    .filter((mode) => list.includes(mode))
    .map((mode) => SHORT[mode])
    .join(',');
}

const field = (name: string, ...path: readonly string[]): Column => ({
  name,
  cell: (object) => stringAt(object, ...path) ?? '',
});
const VOLUME_MODE: Column = {
  name: 'VolumeMode',
  priority: 1,
  cell: (object) => stringAt(object, 'spec', 'volumeMode') ?? '<unset>',
};
const ATTRIBUTES: Column = {
  name: 'VolumeAttributesClass',
  cell: (object) => stringAt(object, 'spec', 'volumeAttributesClassName') ?? '<unset>',
};
const isUnbound = (claim: KubeObject): boolean => (stringAt(claim, 'spec', 'volumeName') ?? '') === '';
const phase = (object: KubeObject): string =>
  object.metadata.deletionTimestamp === undefined
    ? (stringAt(object, 'status', 'phase') ?? '')
    : 'Terminating';

export const CLAIM_COLUMNS: readonly Column[] = [
  NAME,
  { name: 'Status', cell: phase },
  field('Volume', 'spec', 'volumeName'),
  {
    name: 'Capacity',
    cell: (claim) => (isUnbound(claim) ? '' : (stringAt(claim, 'status', 'capacity', 'storage') ?? '')),
  },
  {
    name: 'Access Modes',
    cell: (claim) => (isUnbound(claim) ? '' : modes(valueAt(claim, 'status', 'accessModes'))),
  },
  field('StorageClass', 'spec', 'storageClassName'),
  ATTRIBUTES,
  AGE,
  VOLUME_MODE,
];

export const VOLUME_COLUMNS: readonly Column[] = [
  NAME,
  field('Capacity', 'spec', 'capacity', 'storage'),
  { name: 'Access Modes', cell: (volume) => modes(valueAt(volume, 'spec', 'accessModes')) },
  field('Reclaim Policy', 'spec', 'persistentVolumeReclaimPolicy'),
  { name: 'Status', cell: phase },
  {
    name: 'Claim',
    cell: (volume) => {
      const { namespace, name } = stringMapAt(volume, 'spec', 'claimRef');
      return name === undefined ? '' : `${namespace ?? ''}/${name}`;
    },
  },
  field('StorageClass', 'spec', 'storageClassName'),
  ATTRIBUTES,
  field('Reason', 'status', 'reason'),
  AGE,
  VOLUME_MODE,
];

export const STORAGE_CLASS_COLUMNS: readonly Column[] = [
  {
    ...NAME,
    cell: ({ metadata }) => {
      const isDefault = metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
      return isDefault ? `${metadata.name} (default)` : metadata.name;
    },
  },
  field('Provisioner', 'provisioner'),
  field('ReclaimPolicy', 'reclaimPolicy'),
  field('VolumeBindingMode', 'volumeBindingMode'),
  {
    name: 'AllowVolumeExpansion',
    type: 'boolean',
    cell: (storageClass) => valueAt(storageClass, 'allowVolumeExpansion') === true,
  },
  AGE,
];

export const ATTACHMENT_COLUMNS: readonly Column[] = [
  NAME,
  field('Attacher', 'spec', 'attacher'),
  field('PV', 'spec', 'source', 'persistentVolumeName'),
  field('Node', 'spec', 'nodeName'),
  { name: 'Attached', type: 'boolean', cell: (each) => objectAt(each, 'status').attached === true },
  AGE,
];
