import type { Certainty, Evidence, Remedy, Unchecked } from '#lib/model/finding.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { VolumeClaim } from '#lib/model/storage.ts';
import { nodeTermsText } from '#lib/rollout/node-terms-text.ts';
import {
  classRemedies,
  defaultClassRemedy,
  lookAtClaim,
  lookAtProvisioner,
  lostVolumeRemedies,
  resizeRemedy,
} from './claim-remedies.ts';
import type { DiagnosisInput } from './diagnosis-input.ts';
import { eventEvidence, fieldEvidence } from './evidence.ts';
import { nearMiss } from './near-miss.ts';
import { lookIn, type PodClaim } from './pod-claims.ts';
import { type FittingVolume, volumeFor } from './volume-match.ts';
import { commandRemedy } from './remedies.ts';
import { clip, durationText, listText } from './wording.ts';

/** Of a StorageClass whose volumes are made by hand. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** Why a claim has no volume. */
export type UnboundReason = {
  readonly certainty: Certainty;
  /** Longest first. */
  readonly title: [string, ...string[]];
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
  readonly unchecked?: readonly Unchecked[];
  readonly remedies: readonly Remedy[];
};

type Subject = {
  readonly input: DiagnosisInput;
  readonly claim: VolumeClaim;
  /** Of the claim, newest first. */
  readonly events: readonly KubeEvent[];
};
type Reading = (subject: Subject) => UnboundReason | undefined;

/** A claim that was read, by its own fields first; then its class, the volumes there are, and what its provisioner said. */
export function unboundReason(
  input: DiagnosisInput,
  { events }: Pick<PodClaim, 'events'>,
  claim: VolumeClaim,
): UnboundReason {
  const subject = { input, claim, events };
  for (const reading of READINGS) {
    const reason = reading(subject);
    if (reason) return { ...reason, evidence: [...claimEvidence(claim), ...reason.evidence] };
  }
  return { ...plain(subject), evidence: claimEvidence(claim) };
}

export const claimPath = ({ name }: Pick<VolumeClaim, 'name'>, field: string): string =>
  `persistentvolumeclaims/${name} ${field}`;

const claimEvidence = (claim: VolumeClaim): Evidence[] => [
  fieldEvidence(claimPath(claim, 'status.phase'), claim.phase),
  fieldEvidence(
    claimPath(claim, 'spec.storageClassName'),
    claim.storageClass === undefined
      ? 'not set'
      : claim.storageClass === ''
        ? '"" (none wanted)'
        : claim.storageClass,
  ),
];

const lost: Reading = ({ input, claim }) => {
  const { volumeName = '' } = claim;
  const volume = input.references.namedVolumes?.get(volumeName);
  const isGone = claim.phase === 'Lost' || (claim.phase === 'Bound' && volume?.state === 'missing');
  if (!isGone) return undefined;
  return {
    certainty: 'proven',
    title: [`Claim ${claim.name} lost its volume`, 'The claim lost its volume'],
    sentence: `Claim ${claim.name} was bound to volume ${volumeName}, and that PersistentVolume does not exist any more.`,
    evidence: [
      fieldEvidence(claimPath(claim, 'spec.volumeName'), volumeName),
      ...absent(volume?.state, volumeName),
    ],
    remedies: lostVolumeRemedies(input, claim),
  };
};

const absent = (state: string | undefined, volume: string): Evidence[] =>
  state === 'missing' ? [{ kind: 'object', text: `PersistentVolume ${volume}: not found` }] : [];

/** Somebody wrote into the claim which volume it shall get. */
const namesVolume: Reading = ({ input, claim, events }) => {
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
  const named = fieldEvidence(claimPath(claim, 'spec.volumeName'), volumeName);
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

const noClass: Reading = ({ input, claim, events }) => {
  if (claim.storageClass !== undefined) return undefined;
  const classes = input.references.storageClasses;
  const isDefault = classes?.items.find((each) => each.isDefault);
  const said = events.find(({ message }) => NO_CLASS.test(message));
  if (isDefault) {
    return {
      certainty: 'likely',
      title: ['The claim names no StorageClass', 'A claim names no class'],
      sentence: `Claim ${claim.name} names no StorageClass; ${isDefault.name} is the default by now, and the claim gets it by itself.`,
      evidence: [
        fieldEvidence(`storageclasses/${isDefault.name} metadata.annotations`, 'is-default-class: true'),
      ],
      remedies: [lookAtClaim(claim)],
    };
  }
  if (!classes?.isWhole && !said) return undefined;
  return {
    certainty: classes?.isWhole ? 'proven' : 'likely',
    title: ['The cluster has no default StorageClass', 'There is no default StorageClass'],
    sentence: `Claim ${claim.name} names no StorageClass, and the cluster has no default one.`,
    evidence: [
      ...(classes?.isWhole
        ? [
            {
              kind: 'object' as const,
              text: `StorageClasses: ${classes.items.map(({ name }) => name).join(', ') || 'none'}; none is the default`,
            },
          ]
        : []),
      ...(said ? [eventEvidence(said)] : []),
    ],
    unchecked: classesUnchecked(input),
    remedies: [defaultClassRemedy(classes?.items ?? []), lookAtClaim(claim)],
  };
};
const NO_CLASS = /no persistent volumes available for this claim and no storage class is set/;

/** https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/volume/persistentvolume/pv_controller.go (provisionClaim) */
const CLASS_ABSENT = /storageclass\.storage\.k8s\.io "([^"]{1,253})" not found/;

const classAbsent: Reading = ({ input, claim, events }) => {
  const { storageClass } = claim;
  if (!storageClass) return undefined;
  const classes = input.references.storageClasses;
  const lookup = lookIn(classes, storageClass);
  const said = events.find(({ message }) => CLASS_ABSENT.exec(message)?.[1] === storageClass);
  if (lookup.state === 'exists' || (lookup.state === 'unchecked' && !said)) return undefined;
  const names = (classes?.items ?? []).map(({ name }) => name);
  const meant = nearMiss(storageClass, names);
  const there = meant
    ? `; ${meant} does`
    : names.length > 0 && names.length <= 4
      ? `; there is ${listText(names)}`
      : '';
  return {
    certainty: lookup.state === 'missing' ? 'proven' : 'likely',
    title: [`StorageClass ${storageClass} does not exist`, 'The StorageClass does not exist'],
    sentence: `Claim ${claim.name} asks for StorageClass ${storageClass}, which does not exist${there}.`,
    evidence: [
      ...(lookup.state === 'missing'
        ? [{ kind: 'object' as const, text: `StorageClass ${storageClass}: not found` }]
        : []),
      ...(said ? [eventEvidence(said)] : []),
    ],
    unchecked: classesUnchecked(input),
    remedies: classRemedies(input, claim, meant),
  };
};

const classesUnchecked = ({ references: { storageClasses } }: DiagnosisInput): Unchecked[] =>
  storageClasses?.isWhole
    ? []
    : [{ what: 'StorageClasses', permission: storageClasses?.permission ?? 'list storageclasses' }];

/** No driver makes its volumes: one of those that are there has to fit. */
const madeByHand: Reading = ({ input, claim }) => {
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
    unchecked: volumes?.isWhole
      ? []
      : [{ what: 'PersistentVolumes', permission: volumes?.permission ?? 'list persistentvolumes' }],
    remedies: [...resizeRemedy(input, claim, nearest), lookAtClaim(claim)],
  };
};

const misfitEvidence = ({ name, path, why }: FittingVolume): Evidence =>
  fieldEvidence(`persistentvolumes/${name} ${path}`, `${name} ${why}`);

/** external-provisioner puts this before what its driver answered. */
const REFUSAL =
  /^failed to provision volume with StorageClass "[^"]{0,253}": (?:rpc error: code = \w{1,40} desc = )?/;

const provisionerRefuses: Reading = ({ input, claim, events }) => {
  const said = events.find(
    ({ reason, message }) => reason === 'ProvisioningFailed' && !CLASS_ABSENT.test(message),
  );
  if (!said || claim.phase !== 'Pending') return undefined;
  const provisioner = provisionerOf(input, claim);
  return {
    certainty: 'proven',
    title: [`No disk for claim ${claim.name}`, 'The provisioner makes no volume'],
    sentence: `${provisioner ?? 'The provisioner'} makes no volume for claim ${claim.name}: ${clip(said.message.replace(REFUSAL, ''), 220)}`,
    evidence: [eventEvidence(said)],
    remedies: [
      {
        ...lookAtClaim(claim),
        title: 'Remove what the provider objects to',
        detail: 'The provisioner tries again by itself, after 5 min at most; the pod follows.',
      },
    ],
  };
};

const provisionerOf = (input: DiagnosisInput, claim: VolumeClaim): string | undefined => {
  const known = lookIn(input.references.storageClasses, claim.storageClass ?? '');
  return claim.provisioner ?? (known.state === 'exists' ? known.value.provisioner : undefined);
};

/** A driver answers within seconds; the largest clouds take a minute. */
const EXPECTED_MS = 60_000;

/** Somebody was asked for the volume, and it is not there. */
const provisionerSilent: Reading = ({ input, claim, events }) => {
  const provisioner = provisionerOf(input, claim);
  if (provisioner === undefined || claim.phase !== 'Pending') return undefined;
  const known = lookIn(input.references.storageClasses, claim.storageClass ?? '');
  const waits = known.state !== 'exists' || known.value.waitsForConsumer;
  const asked = events.filter(({ reason }) => reason === 'ExternalProvisioning' || reason === 'Provisioning');
  if (waits && claim.selectedNode === undefined && asked.length === 0) return undefined;
  const begun = asked.find(({ reason }) => reason === 'Provisioning');
  const since = Math.min(
    input.now,
    ...asked.map(({ firstAt }) => firstAt),
    ...(waits ? [] : [claim.createdAt]),
  );
  const forMs = input.now - since;
  const isYoung = forMs < EXPECTED_MS;
  const long = isYoung ? '' : ` for ${durationText(forMs)}`;
  return {
    certainty: 'likely',
    title: begun
      ? ['The volume is still being made', 'The volume is being made']
      : ['The provisioner does not answer', 'No provisioner answers'],
    sentence: begun
      ? `${provisioner} has been making the volume of claim ${claim.name}${long}, and is not done.`
      : `${provisioner} was asked for the volume of claim ${claim.name} and has not said a word${long}: it may not run.`,
    evidence: [
      ...(claim.selectedNode === undefined
        ? []
        : [
            fieldEvidence(
              claimPath(claim, 'metadata.annotations[volume.kubernetes.io/selected-node]'),
              claim.selectedNode,
            ),
          ]),
      ...asked.slice(0, 2).map(eventEvidence),
    ],
    remedies: [lookAtProvisioner(claim, provisioner)],
  };
};

/** The class keeps its volumes to places where the pod does not go. */
const madeElsewhere: Reading = ({ input, claim }) => {
  const known = lookIn(input.references.storageClasses, claim.storageClass ?? '');
  if (claim.phase !== 'Pending' || known.state !== 'exists' || known.value.topologies.length === 0)
    return undefined;
  const { name, topologies } = known.value;
  const where = nodeTermsText(topologies);
  return {
    certainty: 'likely',
    title: ['The class makes no volume there', 'No volume where the pod may run'],
    sentence: `StorageClass ${name} makes volumes only where ${where}, and no node there takes the pod of claim ${claim.name}.`,
    evidence: [fieldEvidence(`storageclasses/${name} allowedTopologies`, where)],
    remedies: [lookAtClaim(claim)],
  };
};

/** https://kubernetes.io/docs/concepts/storage/storage-capacity/ */
const NO_ROOM = /did not have enough free storage/;

const noRoom: Reading = ({ input, claim }) => {
  const said = input.pod?.conditions.some(
    ({ type, message }) => type === 'PodScheduled' && NO_ROOM.test(message),
  );
  if (!said || claim.phase !== 'Pending') return undefined;
  return {
    certainty: 'likely',
    title: ['No node has storage left for it', 'No storage left for the claim'],
    sentence: `No node that takes the pod has ${claim.requested ?? 'enough'} of storage left for claim ${claim.name}.`,
    evidence: [
      fieldEvidence(claimPath(claim, 'spec.resources.requests.storage'), claim.requested ?? 'not set'),
    ],
    remedies: [
      commandRemedy('See how much is left where', [
        'kubectl get csistoragecapacities -A -o wide',
        'kubectl get nodes',
      ]),
    ],
  };
};

const plain = ({ claim }: Subject): Omit<UnboundReason, 'evidence'> => ({
  certainty: claim.phase === 'Bound' ? 'likely' : 'proven',
  title: [`Claim ${claim.name} is not bound`, 'A claim is not bound to a volume'],
  sentence:
    claim.phase === 'Bound'
      ? `Claim ${claim.name} is bound by now; the scheduler tries again by itself.`
      : `Claim ${claim.name} is not bound to a volume.`,
  remedies: [lookAtClaim(claim)],
});

const READINGS: readonly Reading[] = [
  lost,
  namesVolume,
  noClass,
  classAbsent,
  madeByHand,
  provisionerRefuses,
  provisionerSilent,
  noRoom,
  madeElsewhere,
];
