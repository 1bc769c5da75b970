import type { KubeObject, OwnerReference } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';

export const FOREGROUND = 'foregroundDeletion';

/** Whatever owns one of these, they do not go with it: Events expire, Leases are the kubelets'. */
const NEVER_OWNED = new Set(['events', 'leases.coordination.k8s.io']);

type Stored = { readonly storage: string; readonly object: KubeObject };

/** Objects that name `uid` as an owner. */
export function dependentsOf({ journal }: ServerContext, uid: string): readonly Stored[] {
  return journal.ownedBy(uid).filter(({ storage }) => !NEVER_OWNED.has(storage));
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

/** What an ownerReference names, as long as it is there. */
export function findOwner(
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
