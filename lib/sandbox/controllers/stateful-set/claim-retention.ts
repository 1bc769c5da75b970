import type { OwnerReference, Pod } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import type { PersistentVolumeClaim } from '#lib/sandbox/client/storage-objects.ts';
import type { StatefulSet } from '#lib/sandbox/client/workload-objects.ts';
import { controllerRef, targetOf, type Write } from '#lib/sandbox/client/write.ts';
import { claimName } from './identity.ts';

type Member = { readonly ordinal: number; readonly pod: Pod; readonly condemned: boolean };

/**
 * persistentVolumeClaimRetentionPolicy works through owner references, the garbage collector does the rest: a claim
 * belongs to its set when it goes with the set, to its condemned Pod when it goes with the scale-down
 * (stateful_set_utils.go, updateClaimOwnerRefForSetAndPod).
 */
export function claimOwnership(
  set: StatefulSet,
  members: readonly Member[],
  claims: readonly PersistentVolumeClaim[],
): readonly Write[] {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } =
    set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  return members.flatMap(({ ordinal, pod, condemned }) => {
    const goesWithPod = whenScaled === 'Delete' && condemned;
    const wanted = goesWithPod
      ? [controllerRef('v1', 'Pod', pod)]
      : whenDeleted === 'Delete'
        ? [controllerRef('apps/v1', 'StatefulSet', set)]
        : [];
    return (set.spec.volumeClaimTemplates ?? []).flatMap(({ metadata }) => {
      const claim = claims.find((known) => known.metadata.name === claimName(set, metadata.name, ordinal));
      return claim ? owned(claim, { set, pod, wanted }) : [];
    });
  });
}

function owned(
  claim: PersistentVolumeClaim,
  { set, pod, wanted }: { set: StatefulSet; pod: Pod; wanted: readonly OwnerReference[] },
): readonly Write[] {
  const { ownerReferences = [], uid } = claim.metadata;
  const ours = new Set([set.metadata.uid, pod.metadata.uid]);
  const next = [...ownerReferences.filter((reference) => !ours.has(reference.uid)), ...wanted];
  if (same(next, ownerReferences)) return [];
  const patch = { metadata: { uid, ownerReferences: next } };
  return [{ verb: 'merge', target: targetOf('PersistentVolumeClaim', claim), patch }];
}
