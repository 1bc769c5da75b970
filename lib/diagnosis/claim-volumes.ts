import type { Evidence } from '#lib/model/finding.ts';
import { NO_PROVISIONER } from './claim-class.ts';
import { claimPath, type Reading } from './claim-reading.ts';
import { lookAtClaim, lostVolumeRemedies, resizeRemedy } from './claim-remedies.ts';
import { eventEvidence, fieldEvidence } from './evidence.ts';
import { lookIn, uncheckedListing } from './pod-claims.ts';
import { type FittingVolume, volumeFor } from './volume-match.ts';
import { listText } from './wording.ts';

/** The volume it had is gone. */
export const lost: Reading = ({ input, claim }) => {
  const { volumeName = '' } = claim;
  const volume = input.references.namedVolumes?.get(volumeName);
  const isGone = claim.phase === 'Lost' || (claim.phase === 'Bound' && volume?.state === 'missing');
  if (!isGone) return undefined;
  return {
    certainty: 'proven',
    title: [`Claim ${claim.name} lost its volume`, 'The claim lost its volume'],
    sentence: `Claim ${claim.name} was bound to volume ${volumeName}, and that PersistentVolume does not exist any more.`,
    evidence: [
      fieldEvidence(claimPath(claim, 'spec.volumeName'), `It names volume ${volumeName}`),
      ...absent(volume?.state, volumeName),
    ],
    remedies: lostVolumeRemedies(input, claim),
  };
};

const absent = (state: string | undefined, volume: string): Evidence[] =>
  state === 'missing' ? [{ kind: 'object', text: `PersistentVolume ${volume}: not found` }] : [];

/** Somebody wrote into the claim which volume it shall get. */
export const namesVolume: Reading = ({ input, claim, events }) => {
  const { volumeName } = claim;
  if (volumeName === undefined || claim.phase !== 'Pending') return undefined;
  const volume = input.references.namedVolumes?.get(volumeName) ?? { state: 'unchecked' as const };
  const said = events.find(({ reason }) => reason === 'VolumeMismatch' || reason === 'FailedBinding');
  const common = {
    title: [`Claim ${claim.name} cannot get its volume`, 'A claim cannot get its volume'] as [
      string,
      ...string[],
    ],
    remedies: [lookAtClaim(claim)],
  };
  const named = fieldEvidence(claimPath(claim, 'spec.volumeName'), `It names volume ${volumeName}`);
  if (volume.state === 'missing') {
    return {
      ...common,
      certainty: 'proven',
      sentence: `Claim ${claim.name} asks for volume ${volumeName} and no other, and it does not exist.`,
      evidence: [named, ...absent(volume.state, volumeName)],
    };
  }
  const misfits = volume.state === 'exists' ? volumeFor(claim, [volume.value]).misfits : [];
  return {
    ...common,
    certainty: misfits.length > 0 ? 'proven' : 'likely',
    sentence: `Claim ${claim.name} asks for volume ${volumeName} and no other${misfits[0] ? `, which ${misfits[0].why}` : ', and was not bound to it'}.`,
    evidence: [named, ...misfits.map(misfitEvidence), ...(said ? [eventEvidence(said)] : [])],
    unchecked:
      volume.state === 'unchecked'
        ? [{ what: `PersistentVolume ${volumeName}`, permission: 'get persistentvolumes' }]
        : [],
  };
};

/** No driver makes its volumes: one of those that are there has to fit. */
export const madeByHand: Reading = ({ input, claim }) => {
  const { storageClass = '' } = claim;
  const known = lookIn(input.references.storageClasses, storageClass);
  const isByHand =
    storageClass === '' || (known.state === 'exists' && known.value.provisioner === NO_PROVISIONER);
  if (!isByHand || claim.phase !== 'Pending') return undefined;
  const { volumes } = input.references;
  const { fitting, misfits } = volumeFor(claim, volumes?.items ?? []);
  const [nearest] = misfits;
  const ofClass = storageClass === '' ? 'without a class' : `of class ${storageClass}`;
  const sentence = nearest
    ? `No free PersistentVolume fits claim ${claim.name}: ${nearest.name} ${nearest.why}.`
    : `Claim ${claim.name} needs a PersistentVolume ${ofClass}, which nobody makes by itself, and none is free.`;
  return {
    certainty: volumes?.isWhole && fitting.length === 0 ? 'proven' : 'likely',
    title: ['No PersistentVolume fits the claim', 'No volume fits the claim'],
    sentence:
      fitting.length > 0
        ? `Claim ${claim.name} would fit ${listText(fitting.map(({ name }) => name).slice(0, 3))}, which no node that takes the pod can reach.`
        : sentence,
    evidence: misfits.slice(0, 5).map(misfitEvidence),
    unchecked: uncheckedListing('PersistentVolumes', volumes, 'list persistentvolumes'),
    remedies: [...resizeRemedy(input, claim, nearest), lookAtClaim(claim)],
  };
};

const misfitEvidence = ({ name, path, why }: FittingVolume): Evidence =>
  fieldEvidence(`persistentvolumes/${name} ${path}`, `${name} ${why}`);
