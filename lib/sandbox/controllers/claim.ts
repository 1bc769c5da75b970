import type { Kind, KubeObject, LabelSelector } from '#lib/sandbox/client/objects.ts';
import { matches } from '#lib/sandbox/client/selector.ts';
import { controllerRef, isControlledBy, targetOf, type Write } from '#lib/sandbox/client/write.ts';

export type Claim<T> = {
  readonly owner: KubeObject & { readonly spec: { readonly selector?: LabelSelector } };
  readonly ownerKind: { readonly apiVersion: string; readonly kind: Kind };
  readonly kind: Kind;
  /** All objects of the namespace. */
  readonly objects: readonly T[];
  /** Beside the labels, e.g. a name of the right form. */
  readonly belongs?: (object: T) => boolean;
};

/**
 * What a controller owns after this pass, and the writes that make it so: it adopts matching orphans and releases what
 * no longer matches its selector (controller_ref_manager.go, ClaimObject). One that is being deleted adopts nothing.
 */
export function claim<T extends KubeObject>({
  owner,
  ownerKind,
  kind,
  objects,
  belongs,
}: Claim<T>): {
  readonly owned: readonly T[];
  readonly writes: readonly Write[];
} {
  const { selector } = owner.spec;
  if (!selector) return { owned: objects.filter((object) => isControlledBy(object, owner)), writes: [] };
  const fits = (object: T) => matches(selector, object.metadata.labels) && (belongs?.(object) ?? true);
  const ref = controllerRef(ownerKind.apiVersion, ownerKind.kind, owner);
  const owned: T[] = [];
  const writes: Write[] = [];
  for (const object of objects) {
    const { ownerReferences = [], deletionTimestamp, uid } = object.metadata;
    const rewrite = (references: typeof ownerReferences): Write => ({
      verb: 'merge',
      target: targetOf(kind, object),
      patch: { metadata: { uid, ownerReferences: references } },
    });
    if (isControlledBy(object, owner)) {
      if (fits(object)) owned.push(object);
      else if (!owner.metadata.deletionTimestamp)
        writes.push(rewrite(ownerReferences.filter((reference) => reference.uid !== owner.metadata.uid)));
      continue;
    }
    const isOrphan = !ownerReferences.some(({ controller }) => controller);
    if (!isOrphan || owner.metadata.deletionTimestamp || deletionTimestamp || !fits(object)) continue;
    owned.push(object);
    writes.push(rewrite([...ownerReferences, ref]));
  }
  return { owned, writes };
}
