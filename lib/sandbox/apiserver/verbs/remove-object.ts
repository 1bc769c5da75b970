import { numberAt, objectAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject, ObjectMeta, OwnerReference } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { timestamp } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Resource } from '#lib/sandbox/apiserver/resources.ts';
import { storedResource } from '#lib/sandbox/apiserver/resources.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { FOREGROUND, dependentsOf, findOwner, orphan } from './dependents.ts';

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export type Removal = {
  readonly resource: Resource;
  readonly object: KubeObject;
  readonly propagation: Propagation;
  readonly gracePeriodSeconds?: number;
};

/**
 * Deletes an object as far as it can be now: Pods on a node wait for their kubelet, objects with finalizers
 * for whoever set them, a namespace for its contents. Answers the object as it is afterwards, and whether it is gone.
 */
export function removeObject(
  context: ServerContext,
  removal: Removal,
): { object: KubeObject; gone: boolean } {
  if (removal.resource.kind === 'Namespace') return terminateNamespace(context, removal.object);
  const orphaned = removal.propagation === 'Orphan' ? orphanDependents(context, removal) : removal.object;
  const grace = graceSeconds(removal);
  const isWaiting = removal.propagation === 'Foreground' && hasBlockingDependents(context, orphaned);
  const finalizers = [...(orphaned.metadata.finalizers ?? []), ...(isWaiting ? [FOREGROUND] : [])];
  if (grace > 0 || finalizers.length > 0) {
    const marked = markDeleted(context, removal, { object: orphaned, grace, finalizers });
    if (isWaiting) removeDependents(context, marked);
    return { object: marked, gone: false };
  }
  const { metadata } = orphaned;
  const last =
    context.journal.remove(removal.resource.storage, metadata.namespace, metadata.name) ?? orphaned;
  collectAfterRemoval(context, last);
  return { object: last, gone: true };
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
  if (owners.some((owner) => findOwner(context, owner, object.metadata.namespace))) {
    orphan(context, storage, object, uid);
    return;
  }
  const resource = storedResource(storage);
  if (resource) removeObject(context, { resource, object, propagation: 'Background' });
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

const DEFAULT_GRACE_SECONDS = 30;

/** Only Pods that a kubelet runs are given time (registry/core/pod/strategy.go, CheckGracefulDelete). */
function graceSeconds({ resource, object, gracePeriodSeconds }: Removal): number {
  if (resource.kind !== 'Pod') return 0;
  const phase = stringAt(object, 'status', 'phase');
  const isRunning =
    stringAt(object, 'spec', 'nodeName') !== undefined && phase !== 'Failed' && phase !== 'Succeeded';
  if (!isRunning) return 0;
  const asked =
    gracePeriodSeconds ?? numberAt(object, 'spec', 'terminationGracePeriodSeconds') ?? DEFAULT_GRACE_SECONDS;
  // A later request may shorten the time left, never extend it.
  return Math.min(asked, object.metadata.deletionGracePeriodSeconds ?? asked);
}

type Mark = { readonly object: KubeObject; readonly grace: number; readonly finalizers: readonly string[] };

function markDeleted(
  { journal, clock }: ServerContext,
  { resource }: Removal,
  { object, grace, finalizers }: Mark,
) {
  const { metadata } = object;
  const isPod = resource.kind === 'Pod';
  if (metadata.deletionTimestamp !== undefined && (!isPod || metadata.deletionGracePeriodSeconds === grace)) {
    return object;
  }
  const marked: ObjectMeta = {
    ...metadata,
    ...(metadata.generation !== undefined && { generation: metadata.generation + 1 }),
    deletionTimestamp: timestamp(clock.now() + grace * 1000),
    deletionGracePeriodSeconds: grace,
    ...(finalizers.length > 0 && { finalizers }),
  };
  return journal.put(resource.storage, { ...object, metadata: marked });
}

function orphanDependents(context: ServerContext, { object }: Removal): KubeObject {
  const { uid } = object.metadata;
  for (const dependent of dependentsOf(context, uid))
    orphan(context, dependent.storage, dependent.object, uid);
  return object;
}

function hasBlockingDependents(context: ServerContext, { metadata }: KubeObject): boolean {
  return dependentsOf(context, metadata.uid).some(({ object }) =>
    object.metadata.ownerReferences?.some((own) => own.uid === metadata.uid && own.blockOwnerDeletion),
  );
}

function removeDependents(context: ServerContext, owner: KubeObject): void {
  for (const { storage, object } of dependentsOf(context, owner.metadata.uid)) {
    const resource = storedResource(storage);
    if (resource) removeObject(context, { resource, object, propagation: 'Foreground' });
  }
}

function terminateNamespace(
  context: ServerContext,
  object: KubeObject,
): { object: KubeObject; gone: boolean } {
  const { journal, clock } = context;
  const { name } = object.metadata;
  if (object.metadata.deletionTimestamp === undefined) {
    journal.put('namespaces', {
      ...object,
      status: { ...objectAt(object, 'status'), phase: 'Terminating' },
      metadata: { ...object.metadata, deletionTimestamp: timestamp(clock.now()) },
    });
  }
  const left = journal.get('namespaces', undefined, name);
  return { object: left ?? object, gone: left === undefined };
}
