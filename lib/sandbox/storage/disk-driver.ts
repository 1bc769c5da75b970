import type { Node } from '#lib/sandbox/client/objects.ts';
import type { PersistentVolumeClaim, StorageClass } from '#lib/sandbox/client/storage-objects.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';
import { binary, quantity } from '#lib/sandbox/quantity.ts';

/** The CSI driver whose disks the sandbox simulates; claims of other drivers wait for one that is not there. */
export const DISK_DRIVER = 'disk.csi.sandbox.local';

/** On a StorageClass (parameters) or PersistentVolume (annotations): the driver answers this instead of doing its work. */
export const PROVISION_ERROR = 'sandbox.local/provision-error';
export const ATTACH_ERROR = 'sandbox.local/attach-error';
export const MOUNT_ERROR = 'sandbox.local/mount-error';

export const STANDARD_CLASS: Draft = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: DISK_DRIVER,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
};

const ZONE = 'topology.kubernetes.io/zone';

/** The disk for a claim, as external-provisioner writes it: whole GiB, in the zone of the node that was chosen. */
export function provisionedVolume(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  node: Node | undefined,
): Draft {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const bytes = Math.ceil(quantity(claim.spec.resources?.requests?.storage) / 2 ** 30) * 2 ** 30;
  const zone = node?.metadata.labels?.[ZONE];
  const matchExpressions = [{ key: ZONE, operator: 'In', values: [zone] }];
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: `pvc-${uid}`,
      annotations: { 'pv.kubernetes.io/provisioned-by': storageClass.provisioner },
    },
    spec: {
      capacity: { storage: binary(bytes) },
      accessModes: claim.spec.accessModes ?? [],
      claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion },
      csi: { driver: storageClass.provisioner, volumeHandle: `vol-${uid.slice(0, 8)}`, fsType: 'ext4' },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec.volumeMode ?? 'Filesystem',
      ...(zone ? { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } } } : {}),
    },
  };
}
