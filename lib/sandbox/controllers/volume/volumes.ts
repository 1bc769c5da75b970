import type { PersistentVolume, PersistentVolumeClaim } from '#lib/sandbox/client/storage-objects.ts';
import { targetOf, type Write } from '#lib/sandbox/client/write.ts';
import type { Pass } from '#lib/sandbox/controllers/pass.ts';

export const VOLUME_PROTECTION = 'kubernetes.io/pv-protection';

/** The volume's half of the PV controller: its phase follows its claim (pv_controller.go, syncVolume). */
export function reconcileVolume(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): Pass {
  const { claimRef } = volume.spec;
  const current = volume.status?.phase;
  const target = targetOf('PersistentVolume', volume);
  if (volume.metadata.deletionTimestamp) {
    const finalizers = volume.metadata.finalizers ?? [];
    if (current === 'Bound' || !finalizers.includes(VOLUME_PROTECTION)) return { writes: [] };
    const left = finalizers.filter((name) => name !== VOLUME_PROTECTION);
    const patch = { metadata: { finalizers: left.length > 0 ? left : null } };
    return { writes: [{ verb: 'merge', target, patch }] };
  }
  const isClaimGone = claimRef?.uid !== undefined && claim?.metadata.uid !== claimRef.uid;
  const phase = !claimRef?.uid ? 'Available' : isClaimGone ? 'Released' : (current ?? 'Available');
  if (phase === current) return { writes: [] };
  const write: Write = { verb: 'merge', target, subresource: 'status', patch: { status: { phase } } };
  return { writes: [write] };
}
