import type { Node } from '#lib/sandbox/client/objects.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
} from '#lib/sandbox/client/storage-objects.ts';
import { matches } from '#lib/sandbox/client/selector.ts';
import { quantity } from '#lib/sandbox/quantity.ts';
import { matchesNodeSelector } from '#lib/sandbox/scheduler/node-affinity.ts';

/** Written by the binder once both ends agree. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
/** The scheduler's choice for a claim that waited for its first consumer. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

export const isBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  Boolean(spec.volumeName) && metadata.annotations?.[BIND_COMPLETED] !== undefined;

export const waitsForConsumer = (storageClass: StorageClass | undefined): boolean =>
  storageClass?.volumeBindingMode === 'WaitForFirstConsumer';

/** A volume is for this claim when it names it, by uid once the claim exists. */
export function isFor({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const { claimRef } = spec;
  return (
    claimRef?.name === metadata.name &&
    claimRef.namespace === metadata.namespace &&
    (claimRef.uid === undefined || claimRef.uid === metadata.uid)
  );
}

/** Whether a node can reach the volume. */
export function isReachable({ spec }: PersistentVolume, node: Node): boolean {
  const required = spec.nodeAffinity?.required;
  return !required || matchesNodeSelector(required, node);
}

/**
 * The smallest free volume that satisfies a claim, one reserved for it first (component-helpers/storage/volume,
 * FindMatchingVolume). With a node: of those the node can reach.
 */
export function matchingVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  node?: Node,
): PersistentVolume | undefined {
  const { spec } = claim;
  const wanted = quantity(spec.resources?.requests?.storage);
  const size = (volume: PersistentVolume): number => quantity(volume.spec.capacity?.storage);
  const suitable = volumes.filter(
    (volume) =>
      (volume.spec.storageClassName ?? '') === (spec.storageClassName ?? '') &&
      (volume.spec.volumeMode ?? 'Filesystem') === (spec.volumeMode ?? 'Filesystem') &&
      !volume.metadata.deletionTimestamp &&
      size(volume) >= wanted &&
      (spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode)) &&
      (!node || isReachable(volume, node)),
  );
  const reserved = suitable.find((volume) => isFor(volume, claim));
  if (reserved) return reserved;
  const free = suitable.filter(
    ({ spec: { claimRef }, status, metadata }) =>
      !claimRef &&
      status?.phase === 'Available' &&
      (!spec.selector || matches(spec.selector, metadata.labels)),
  );
  return free.toSorted((a, b) => size(a) - size(b))[0];
}
