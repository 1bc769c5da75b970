import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { Informers } from '#lib/sandbox/cluster.ts';
import { isBound } from '#lib/sandbox/storage/match-volume.ts';
import { MOUNT_ERROR } from '#lib/sandbox/storage/disk-driver.ts';

/** A volume that is not mounted; with `error` each try fails aloud, without it the kubelet just waits. */
export type DiskHold = { readonly volume: string; readonly error?: string };

/**
 * Claims a pod on this node waits for: not there, not bound, not attached, or refused by the driver. Whoever attaches
 * disks says why it does not; the kubelet only waits.
 */
export function heldDisks(
  pod: Pod,
  { claims, volumes, attachments }: Pick<Informers, 'claims' | 'volumes' | 'attachments'>,
): readonly DiskHold[] {
  const { namespace } = pod.metadata;
  return (pod.spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim }): DiskHold[] => {
    if (!persistentVolumeClaim) return [];
    const { claimName } = persistentVolumeClaim;
    const claim = claims.get(namespace, claimName);
    if (!claim) return [{ volume: name, error: `persistentvolumeclaims "${claimName}" not found` }];
    const volume = isBound(claim) ? volumes.get(undefined, claim.spec.volumeName ?? '') : undefined;
    if (!volume) return [{ volume: name }];
    const disk = volume.metadata.name;
    const isAttached = attachments
      .list()
      .some(
        ({ spec, status }) =>
          spec.nodeName === pod.spec.nodeName &&
          spec.source.persistentVolumeName === disk &&
          status?.attached === true,
      );
    if (volume.spec.csi && !isAttached) return [{ volume: disk }];
    const error = volume.metadata.annotations?.[MOUNT_ERROR];
    return error === undefined ? [] : [{ volume: disk, error }];
  });
}
