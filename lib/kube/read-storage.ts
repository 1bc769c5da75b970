import type { PersistentVolume, StorageClass, VolumeClaim } from '#lib/model/storage.ts';
import { apiPath } from './path.ts';
import { readAll, type Reader, readReference, type Ref, type Reference } from './read-reference.ts';
import { toPersistentVolume, toStorageClass, toVolumeClaim } from './to-model/storage.ts';

export const readClaim = (
  connection: Reader,
  { namespace, name }: Ref,
  signal?: AbortSignal,
): Promise<Reference<VolumeClaim>> =>
  readReference(connection, {
    path: apiPath`/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`,
    permission: `get persistentvolumeclaims in ${namespace}`,
    reduce: toVolumeClaim,
    signal,
  });

export const readVolume = (
  connection: Reader,
  name: string,
  signal?: AbortSignal,
): Promise<Reference<PersistentVolume>> =>
  readReference(connection, {
    path: apiPath`/api/v1/persistentvolumes/${name}`,
    permission: 'get persistentvolumes',
    reduce: toPersistentVolume,
    signal,
  });

export const readVolumes = (
  connection: Reader,
  signal?: AbortSignal,
): Promise<Reference<readonly PersistentVolume[]>> =>
  readAll(
    connection,
    {
      path: apiPath`/api/v1/persistentvolumes`,
      permission: 'list persistentvolumes',
      toModel: toPersistentVolume,
    },
    signal,
  );

export const readStorageClasses = (
  connection: Reader,
  signal?: AbortSignal,
): Promise<Reference<readonly StorageClass[]>> =>
  readAll(
    connection,
    {
      path: apiPath`/apis/storage.k8s.io/v1/storageclasses`,
      permission: 'list storageclasses',
      toModel: toStorageClass,
    },
    signal,
  );
