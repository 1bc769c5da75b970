import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { objectAt, stringMapAt, valueAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import type { Admission, AdmissionPlugin } from './admission-plugin.ts';

const IS_DEFAULT = 'storageclass.kubernetes.io/is-default-class';
const PROTECTION: Readonly<Record<string, string>> = {
  PersistentVolumeClaim: 'kubernetes.io/pvc-protection',
  PersistentVolume: 'kubernetes.io/pv-protection',
};

/** A claim without a class gets the default one (plugin/pkg/admission/storage/storageclass/setdefault). */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  change: (context, admission) =>
    admission.operation === 'CREATE' && admission.resource.kind === 'PersistentVolumeClaim'
      ? withDefaultClass(context, admission)
      : admission.object,
};

function withDefaultClass({ journal }: ServerContext, { object }: Admission): JsonObject {
  if (valueAt(object, 'spec', 'storageClassName') !== undefined) return object;
  const found = journal
    .list('storageclasses.storage.k8s.io')
    .find((each) => stringMapAt(each, 'metadata', 'annotations')[IS_DEFAULT] === 'true');
  if (!found) return object;
  return { ...object, spec: { ...objectAt(object, 'spec'), storageClassName: found.metadata.name } };
}

/** Claims and volumes in use outlive their deletion (plugin/pkg/admission/storage/storageobjectinuseprotection). */
export const storageObjectInUse: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  change: (_context, admission) =>
    admission.operation === 'CREATE' ? withProtection(admission) : admission.object,
};

function withProtection({ resource, object }: Admission): JsonObject {
  const finalizer = PROTECTION[resource.kind];
  const metadata = objectAt(object, 'metadata');
  const { finalizers } = metadata;
  const current: readonly unknown[] = Array.isArray(finalizers) ? finalizers : [];
  if (!finalizer || current.includes(finalizer)) return object;
  const next = [...current.filter((name) => typeof name === 'string'), finalizer];
  return { ...object, metadata: { ...metadata, finalizers: next } };
}
