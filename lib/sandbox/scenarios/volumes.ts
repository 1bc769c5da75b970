import type { Draft } from '#lib/sandbox/client/write.ts';
import { ATTACH_ERROR, DISK_DRIVER, MOUNT_ERROR } from '#lib/sandbox/storage/disk-driver.ts';
import { deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { after, defineScenario, MINUTE, SECOND, type Scenario } from './scenario.ts';

type Disk = { readonly handle: string; readonly annotations: Readonly<Record<string, string>> };

/** A disk that exists already, and the claim that takes it: both are written by hand. */
function restoredDisk(path: string, { handle, annotations }: Disk): readonly Draft[] {
  const [namespace = '', name = ''] = path.split('/');
  const volume = `${namespace}-${name}`;
  const size = { storage: '20Gi' };
  const accessModes = ['ReadWriteOnce'];
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volume, annotations },
      spec: {
        capacity: size,
        accessModes,
        storageClassName: '',
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name },
        csi: { driver: DISK_DRIVER, volumeHandle: handle, fsType: 'ext4' },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { namespace, name },
      spec: { accessModes, storageClassName: '', volumeName: volume, resources: { requests: size } },
    },
  ];
}

const mounting = (claimName: string, mountPath: string): Partial<DeploymentOptions> => ({
  volumeMounts: [{ name: 'restored', mountPath }],
  pod: { volumes: [{ name: 'restored', persistentVolumeClaim: { claimName } }] },
});

const documents = (tag: string, options: Partial<DeploymentOptions> = {}) =>
  deployment('archive/documents', {
    image: `ghcr.io/acme/documents:${tag}`,
    replicas: 1,
    health: '/healthz',
    cause: `release ${tag}`,
    ...options,
  });

const cannotAttach = defineScenario({
  id: 'volume-not-attaching',
  cause: 'volume-attach-failed',
  title: 'documents 1.1.0 waits for a disk the cloud does not know',
  story:
    'The archive is restored from a snapshot: a PersistentVolume was written by hand, with the handle of a disk that was deleted again meanwhile. The new pod hangs in ContainerCreating, the old one keeps serving.',
  seed: [namespace('archive'), service('archive/documents', 80, 8080), documents('1.0.0')],
  script: [
    after(
      20 * MINUTE + 40 * SECOND,
      'mount the restored disk',
      ...restoredDisk('archive/restored-documents', {
        handle: 'vol-0c41f2a9',
        annotations: {
          [ATTACH_ERROR]:
            'rpc error: code = NotFound desc = Could not attach volume "vol-0c41f2a9": the volume does not exist',
        },
      }),
      documents('1.1.0', mounting('restored-documents', '/srv/restored')),
    ),
  ],
  expect: {
    namespace: 'archive',
    workload: 'documents',
    reason: 'ContainerCreating',
    event: { reason: 'FailedAttachVolume', about: 'Pod' },
    says: 'AttachVolume.Attach failed for volume "archive-restored-documents" : rpc error: code = NotFound',
  },
});

const photos = (tag: string, options: Partial<DeploymentOptions> = {}) =>
  deployment('media/photos', {
    image: `ghcr.io/acme/photos:${tag}`,
    replicas: 1,
    health: '/healthz',
    cause: `release ${tag}`,
    ...options,
  });

const cannotMount = defineScenario({
  id: 'volume-not-mounting',
  cause: 'volume-mount-failed',
  title: 'photos 2.1.0 gets its disk, and the node cannot mount it',
  story:
    'The disk was formatted as xfs by the tool that restored it; the PersistentVolume says ext4. It is attached at once, and every mount ends with exit status 32.',
  seed: [namespace('media'), service('media/photos', 80, 8080), photos('2.0.1')],
  script: [
    after(
      16 * MINUTE,
      'mount the restored disk',
      ...restoredDisk('media/restored-photos', {
        handle: 'vol-0d93b7e1',
        annotations: {
          [MOUNT_ERROR]:
            'rpc error: code = Internal desc = mount failed: exit status 32, output: mount: wrong fs type, bad option, bad superblock on /dev/sdf, missing codepage or helper program, or other error.',
        },
      }),
      photos('2.1.0', mounting('restored-photos', '/srv/photos')),
    ),
  ],
  expect: {
    namespace: 'media',
    workload: 'photos',
    reason: 'ContainerCreating',
    event: { reason: 'FailedMount', about: 'Pod' },
    says: 'mount failed: exit status 32',
  },
});

/** A disk is bound, and still does not reach the container. */
export const VOLUMES: readonly Scenario[] = [cannotAttach, cannotMount];
