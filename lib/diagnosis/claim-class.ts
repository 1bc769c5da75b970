import type { Unchecked } from '#lib/model/finding.ts';
import { nodeTermsText } from '#lib/rollout/node-terms-text.ts';
import { type Reading } from './claim-reading.ts';
import { classRemedies, defaultClassRemedy, lookAtClaim } from './claim-remedies.ts';
import type { DiagnosisInput } from './diagnosis-input.ts';
import { eventEvidence, fieldEvidence } from './evidence.ts';
import { nearMiss } from './near-miss.ts';
import { lookIn, uncheckedListing } from './pod-claims.ts';
import { listText } from './wording.ts';

/** Of a StorageClass whose volumes are made by hand. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** No class is named: there has to be a default one. */
export const noClass: Reading = ({ input, claim, events }) => {
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
export const CLASS_ABSENT = /storageclass\.storage\.k8s\.io "([^"]{1,253})" not found/;

export const classAbsent: Reading = ({ input, claim, events }) => {
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
  uncheckedListing('StorageClasses', storageClasses, 'list storageclasses');

/** The class keeps its volumes to places where the pod does not go. */
export const madeElsewhere: Reading = ({ input, claim }) => {
  const known = lookIn(input.references.storageClasses, claim.storageClass ?? '');
  if (claim.phase !== 'Pending' || known.state !== 'exists' || known.value.topologies.length === 0)
    return undefined;
  const { name, topologies } = known.value;
  const where = nodeTermsText(topologies);
  return {
    certainty: 'likely',
    title: ['The class makes no volume there', 'No volume where the pod may run'],
    sentence: `StorageClass ${name} makes volumes only where ${where}, and no node there takes the pod of claim ${claim.name}.`,
    evidence: [fieldEvidence(`storageclasses/${name} allowedTopologies`, `Class ${name}: ${where}`)],
    remedies: [lookAtClaim(claim)],
  };
};
