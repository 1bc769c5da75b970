import { createHash } from 'node:crypto';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { PersistentVolume, VolumeAttachment } from '#lib/sandbox/client/storage-objects.ts';
import type { Draft, EventDraft } from '#lib/sandbox/client/write.ts';

/** A disk some pods of a node need. */
export type Need = {
  readonly volume: PersistentVolume;
  readonly node: string;
  readonly pods: readonly Pod[];
};

const EXCLUSIVE = ['ReadWriteOnce', 'ReadWriteOncePod'];

/** Whether a volume can be at one node only. */
export const isExclusive = ({ spec }: PersistentVolume): boolean =>
  (spec.accessModes ?? []).every((mode) => EXCLUSIVE.includes(mode));

/** The same for the same disk and node (pkg/volume/csi/csi_attacher.go, getAttachmentName). */
export function attachmentName({ spec: { csi } }: PersistentVolume, node: string): string {
  const pair = `${csi?.volumeHandle ?? ''}${csi?.driver ?? ''}${node}`;
  return `csi-${createHash('sha256').update(pair).digest('hex')}`;
}

export const attachmentFor = ({ volume, node }: Need): Draft => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'VolumeAttachment',
  metadata: { name: attachmentName(volume, node) },
  spec: {
    attacher: volume.spec.csi?.driver ?? '',
    nodeName: node,
    source: { persistentVolumeName: volume.metadata.name },
  },
});

/**
 * Why a disk cannot follow: it is at another node (attachdetach/reconciler, reportMultiAttachError). Undefined when it is
 * free.
 */
export function multiAttachError(
  { volume, node, pods }: Need,
  attachments: readonly VolumeAttachment[],
  needs: readonly Need[],
): string | undefined {
  const { name } = volume.metadata;
  const elsewhere = attachments.filter(
    ({ spec }) => spec.source.persistentVolumeName === name && spec.nodeName !== node,
  );
  if (elsewhere.length === 0 || !isExclusive(volume)) return undefined;
  const users = needs
    .filter((need) => need.volume.metadata.name === name && need.node !== node)
    .flatMap((need) => need.pods);
  const prefix = `Multi-Attach error for volume "${name}" `;
  if (users.length === 0)
    return `${prefix}Volume is already exclusively attached to one node and can't be attached to another`;
  const near = users.filter(({ metadata }) => metadata.namespace === pods[0]?.metadata.namespace);
  if (near.length === 0)
    return `${prefix}Volume is already used by ${users.length} pod(s) in different namespaces`;
  const names = near.map(({ metadata }) => metadata.name).join(', ');
  const far = users.length - near.length;
  const others = far > 0 ? ` and ${far} pod(s) in different namespaces` : '';
  return `${prefix}Volume is already used by pod(s) ${names}${others}`;
}

export const attachEvent = (pod: Pod, reason: string, message: string): EventDraft => ({
  verb: 'event',
  about: { kind: 'Pod', object: pod },
  type: reason === 'FailedAttachVolume' ? 'Warning' : 'Normal',
  reason,
  message,
});
