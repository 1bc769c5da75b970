import type { KubeObject, OwnerReference } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { storedResource } from '#lib/sandbox/apiserver/resources.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { removeObject } from './remove-object.ts';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

/** Whatever owns one of these, they do not go with it: Events expire, Leases are the kubelets'. */
const NEVER_OWNED = new Set(['events', 'leases.coordination.k8s.io']);

type Stored = { readonly storage: string; readonly object: KubeObject };

/** Objects that name `uid` as an owner. */
export function dependentsOf({ journal }: ServerContext, uid: string): readonly Stored[] {
  return journal.ownedBy(uid).filter(({ storage }) => !NEVER_OWNED.has(storage));
}

/**
 * What the garbage collector does after an object is gone: dependents without another owner go too, and an owner
 * waiting for its last dependent goes.
 */
export function collectAfterRemoval(context: ServerContext, removed: KubeObject): void {
  if (removed.kind === 'Event' || removed.kind === 'Lease') return;
  for (const { storage, object } of dependentsOf(context, removed.metadata.uid)) {
    dropOwner(context, storage, object, removed.metadata.uid);
  }
  for (const owner of removed.metadata.ownerReferences ?? []) releaseWaitingOwner(context, removed, owner);
}

function dropOwner(context: ServerContext, storage: string, object: KubeObject, uid: string): void {
  const owners = (object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
  if (owners.some((owner) => exists(context, owner, object.metadata.namespace))) {
    orphan(context, storage, object, uid);
    return;
  }
  const resource = storedResource(storage);
  if (resource) removeObject(context, { resource, object, propagation: 'Background' });
}

/** Takes one owner out of an object's ownerReferences. */
export function orphan({ journal }: ServerContext, storage: string, object: KubeObject, uid: string): void {
  const ownerReferences = (object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
  journal.put(storage, {
    ...object,
    metadata: {
      ...object.metadata,
      ownerReferences: ownerReferences.length > 0 ? ownerReferences : undefined,
    },
  });
}

function exists(context: ServerContext, owner: OwnerReference, namespace: string | undefined): boolean {
  return findOwner(context, owner, namespace) !== undefined;
}

function findOwner(
  { journal }: ServerContext,
  owner: OwnerReference,
  namespace: string | undefined,
): Stored | undefined {
  for (const storage of journal.storages()) {
    const object = journal.get(storage, namespace, owner.name) ?? journal.get(storage, undefined, owner.name);
    if (object?.metadata.uid === owner.uid) return { storage, object };
  }
  return undefined;
}

function releaseWaitingOwner(context: ServerContext, removed: KubeObject, reference: OwnerReference): void {
  const owner = findOwner(context, reference, removed.metadata.namespace);
  if (!owner?.object.metadata.finalizers?.includes(FOREGROUND)) return;
  const blocking = dependentsOf(context, reference.uid).some(({ object }) =>
    (object.metadata.ownerReferences ?? []).some(
      (own) => own.uid === reference.uid && own.blockOwnerDeletion,
    ),
  );
  if (blocking) return;
  const { metadata } = owner.object;
  const finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== FOREGROUND);
  const stored = context.journal.put(owner.storage, {
    ...owner.object,
    metadata: { ...metadata, finalizers },
  });
  if (finalizers.length > 0) return;
  context.journal.remove(owner.storage, metadata.namespace, metadata.name);
  collectAfterRemoval(context, stored);
}
