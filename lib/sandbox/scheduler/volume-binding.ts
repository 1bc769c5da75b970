import type { Node, Pod } from '#lib/sandbox/client/objects.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '#lib/sandbox/client/storage-objects.ts';
import {
  isBound,
  isFor,
  isReachable,
  matchingVolume,
  NO_PROVISIONER,
  SELECTED_NODE,
  waitsForConsumer,
} from '#lib/sandbox/storage/match-volume.ts';
import { hasEnded, type NodeInfo, type StorageView } from './snapshot.ts';

/** What has to happen to a pod's claims before it can be bound to a node. */
export type ClaimPlan = {
  readonly bind: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  readonly provision: readonly PersistentVolumeClaim[];
};

/** Names of the claims a pod mounts, ephemeral ones included (they are named after pod and volume). */
export const claimNames = ({ metadata, spec }: Pod): readonly string[] =>
  (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) =>
    persistentVolumeClaim ? [persistentVolumeClaim.claimName] : ephemeral ? [`${metadata.name}-${name}`] : [],
  );

const claimsOf = (pod: Pod, storage: StorageView): readonly PersistentVolumeClaim[] =>
  claimNames(pod).flatMap((name) => storage.claim(pod.metadata.namespace, name) ?? []);

/** Why no node at all can take the pod (plugins/volumebinding PreFilter). */
export function claimTrouble(pod: Pod, storage: StorageView): string | undefined {
  for (const { name, persistentVolumeClaim, ephemeral } of pod.spec.volumes ?? []) {
    if (!persistentVolumeClaim && !ephemeral) continue;
    const claimName = persistentVolumeClaim?.claimName ?? `${pod.metadata.name}-${name}`;
    const claim = storage.claim(pod.metadata.namespace, claimName);
    const quoted = `persistentvolumeclaim "${claimName}"`;
    if (!claim)
      return ephemeral
        ? `waiting for ephemeral volume controller to create the ${quoted}`
        : `${quoted} not found`;
    if (claim.status?.phase === 'Lost')
      return `${quoted} bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
    if (claim.metadata.deletionTimestamp) return `${quoted} is being deleted`;
  }
  const isLate = (claim: PersistentVolumeClaim): boolean =>
    !isBound(claim) && (Boolean(claim.spec.volumeName) || !isDelayed(claim, storage));
  return claimsOf(pod, storage).some(isLate) ? 'pod has unbound immediate PersistentVolumeClaims' : undefined;
}

const isDelayed = ({ spec }: PersistentVolumeClaim, storage: StorageView): boolean =>
  waitsForConsumer(storage.storageClass(spec.storageClassName ?? ''));

/** Why this node cannot take the pod's volumes; empty when it can (binder.go, FindPodVolumes). */
export function volumeReasons(pod: Pod, node: Node, storage: StorageView): readonly string[] {
  const claims = claimsOf(pod, storage);
  if (claims.length === 0) return [];
  const bound = claims
    .filter(isBound)
    .map(({ spec }) => storage.volume(spec.volumeName ?? ''))
    .map((volume) => (volume ? (isReachable(volume, node) ? 'fits' : 'conflict') : 'missing'));
  const reasons: string[] = [];
  if (bound.includes('conflict')) reasons.push("node(s) didn't match PersistentVolume's node affinity");
  if (!planFor(pod, node, storage)) reasons.push("node(s) didn't find available persistent volumes to bind");
  if (bound.includes('missing'))
    reasons.push('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
  return reasons;
}

/** How the unbound claims would get their volumes on this node; undefined when one cannot. */
export function planFor(pod: Pod, node: Node, storage: StorageView): ClaimPlan | undefined {
  const bind: ClaimPlan['bind'][number][] = [];
  const provision: PersistentVolumeClaim[] = [];
  for (const claim of claimsOf(pod, storage)) {
    if (isBound(claim)) continue;
    const taken = new Set(bind.map(({ volume }) => volume));
    const free = storage.volumes().filter((volume) => !taken.has(volume));
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    const volume = selected ? free.find((each) => isFor(each, claim)) : matchingVolume(claim, free, node);
    if (volume) {
      if (!isReachable(volume, node)) return undefined;
      bind.push({ claim, volume });
      continue;
    }
    const provisioner = storage.storageClass(claim.spec.storageClassName ?? '')?.provisioner;
    if (!provisioner || provisioner === NO_PROVISIONER) return undefined;
    if (selected && selected !== node.metadata.name) return undefined;
    provision.push(claim);
  }
  return { bind, provision };
}

/** A claim of mode ReadWriteOncePod that another pod holds (plugins/volumerestrictions). */
export function holdsExclusiveClaim(pod: Pod, { pods }: NodeInfo, storage: StorageView): boolean {
  const exclusive = claimsOf(pod, storage)
    .filter(({ spec }) => spec.accessModes?.includes('ReadWriteOncePod'))
    .map(({ metadata }) => metadata.name);
  if (exclusive.length === 0) return false;
  return pods.some(
    (other) =>
      !hasEnded(other) &&
      other.metadata.namespace === pod.metadata.namespace &&
      claimNames(other).some((name) => exclusive.includes(name)),
  );
}
