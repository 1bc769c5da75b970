import type { PersistentVolume, VolumeClaim } from '#lib/model/storage.ts';
import { parseQuantity } from './quantity.ts';

/** A volume and the first thing that keeps the claim from it. */
export type FittingVolume = {
  readonly name: string;
  /** "holds 5Gi, and the claim asks for 10Gi" */
  readonly why: string;
  /** The field of the volume that says so. */
  readonly path: string;
  /** Its size, where that alone keeps it from fitting. */
  readonly onlySize?: string;
};

export type VolumeMatch = {
  /** Free, and all the claim asks for; whether a node reaches them is not looked at. */
  readonly fitting: readonly PersistentVolume[];
  /** The nearest first: those that miss the claim in the last of the checks. Of another class only when it was named. */
  readonly misfits: readonly FittingVolume[];
};

const classOf = ({ storageClass = '' }: VolumeClaim) => storageClass;
const modes = (list: readonly string[]) => list.join(', ') || 'no access mode';
const isTheirs = ({ claim: owner }: PersistentVolume, claim: VolumeClaim) =>
  owner?.namespace === claim.namespace &&
  owner.name === claim.name &&
  (owner.uid === undefined || owner.uid === claim.uid);

type Check = {
  readonly path: string;
  readonly fails: (volume: PersistentVolume, claim: VolumeClaim) => string | undefined;
};

/**
 * In the order in which the controller asks.
 * https://github.com/kubernetes/component-helpers/blob/v0.35.4/storage/volume/pv_helpers.go (FindMatchingVolume)
 */
const CHECKS: readonly Check[] = [
  {
    path: 'spec.storageClassName',
    fails: ({ storageClass }, claim) =>
      storageClass === classOf(claim)
        ? undefined
        : `is ${storageClass === '' ? 'without a class' : `of class ${storageClass}`}, and the claim asks for ${classOf(claim) === '' ? 'none' : classOf(claim)}`,
  },
  {
    path: 'spec.claimRef',
    fails: (volume, claim) => {
      const { claim: owner, phase } = volume;
      if (!owner || isTheirs(volume, claim)) return undefined;
      const whose = `claim ${owner.namespace}/${owner.name}`;
      return phase === 'Released'
        ? `is still kept for ${whose}, which is gone (Released)`
        : `belongs to ${whose}`;
    },
  },
  {
    path: 'metadata.deletionTimestamp',
    fails: ({ deletedAt }) => (deletedAt === undefined ? undefined : 'is being deleted'),
  },
  {
    path: 'spec.volumeMode',
    fails: ({ isBlock }, claim) =>
      isBlock === claim.isBlock
        ? undefined
        : `is a ${isBlock ? 'Block' : 'Filesystem'} volume, and the claim asks for ${claim.isBlock ? 'Block' : 'Filesystem'}`,
  },
  {
    path: 'spec.accessModes',
    fails: ({ accessModes }, claim) =>
      claim.accessModes.every((mode) => accessModes.includes(mode))
        ? undefined
        : `offers ${modes(accessModes)}, and the claim asks for ${modes(claim.accessModes)}`,
  },
  {
    path: 'spec.capacity.storage',
    fails: ({ capacity = '0' }, { requested = '0' }) =>
      (parseQuantity(capacity) ?? 0) >= (parseQuantity(requested) ?? 0)
        ? undefined
        : `holds ${capacity}, and the claim asks for ${requested}`,
  },
];

/** Which of these volumes the claim could have, and why not the others. */
export function volumeFor(claim: VolumeClaim, volumes: readonly PersistentVolume[]): VolumeMatch {
  const judged = volumes.map((volume) => ({
    volume,
    at: CHECKS.findIndex(({ fails }) => fails(volume, claim) !== undefined),
  }));
  const isNamed = ({ name }: PersistentVolume) => name === claim.volumeName;
  return {
    fitting: judged.filter(({ at }) => at < 0).map(({ volume }) => volume),
    misfits: judged
      .filter(({ volume, at }) => at > 0 || (at === 0 && isNamed(volume)))
      .toSorted(
        (a, b) => b.at - a.at || size(b.volume) - size(a.volume) || (a.volume.name < b.volume.name ? -1 : 1),
      )
      .map(({ volume, at }) => ({
        name: volume.name,
        path: CHECKS[at]?.path ?? '',
        why: CHECKS[at]?.fails(volume, claim) ?? '',
        ...(at === CHECKS.length - 1 && volume.capacity !== undefined ? { onlySize: volume.capacity } : {}),
      })),
  };
}

const size = ({ capacity = '0' }: PersistentVolume): number => parseQuantity(capacity) ?? 0;
