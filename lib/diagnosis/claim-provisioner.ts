import type { VolumeClaim } from '#lib/model/storage.ts';
import { CLASS_ABSENT } from './claim-class.ts';
import { claimPath, type Reading, type UnboundReason } from './claim-reading.ts';
import { lookAtClaim, lookAtProvisioner } from './claim-remedies.ts';
import type { DiagnosisInput } from './diagnosis-input.ts';
import { eventEvidence, fieldEvidence } from './evidence.ts';
import { commandRemedy } from './remedies.ts';
import { lookIn } from './pod-claims.ts';
import { clip, durationText } from './wording.ts';

/** external-provisioner puts this before what its driver answered. */
const REFUSAL =
  /^failed to provision volume with StorageClass "[^"]{0,253}": (?:rpc error: code = \w{1,40} desc = )?/;

export const provisionerRefuses: Reading = ({ input, claim, events }) => {
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
export const provisionerSilent: Reading = ({ input, claim, events }) => {
  const provisioner = provisionerOf(input, claim);
  if (provisioner === undefined || claim.phase !== 'Pending') return undefined;
  const known = lookIn(input.references.storageClasses, claim.storageClass ?? '');
  const waits = known.state !== 'exists' || known.value.waitsForConsumer;
  const asked = events.filter(({ reason }) => reason === 'ExternalProvisioning' || reason === 'Provisioning');
  // The annotation is written with the question, so it speaks for events that are gone.
  const isAsked = claim.provisioner !== undefined || claim.selectedNode !== undefined || asked.length > 0;
  if (waits && !isAsked) return undefined;
  const begun = asked.find(({ reason }) => reason === 'Provisioning');
  const since = Math.min(
    input.now,
    ...asked.map(({ firstAt }) => firstAt),
    ...(waits ? [] : [claim.createdAt]),
  );
  const forMs = input.now - since;
  return {
    certainty: 'likely',
    ...waitText({ provisioner, name: claim.name, forMs, isBegun: begun !== undefined }),
    evidence: [
      ...(claim.selectedNode === undefined
        ? []
        : [
            fieldEvidence(
              claimPath(claim, 'metadata.annotations'),
              `Node ${claim.selectedNode} was chosen for it`,
            ),
          ]),
      ...asked.slice(0, 2).map(eventEvidence),
    ],
    remedies: [lookAtProvisioner(claim, provisioner)],
  };
};

function waitText({
  provisioner,
  name,
  forMs,
  isBegun,
}: {
  readonly provisioner: string;
  readonly name: string;
  readonly forMs: number;
  readonly isBegun: boolean;
}): Pick<UnboundReason, 'title' | 'sentence'> {
  const long = durationText(forMs);
  if (forMs < EXPECTED_MS)
    return {
      title: ['The volume is being made'],
      sentence: `${provisioner} was asked for the volume of claim ${name} a moment ago.`,
    };
  return isBegun
    ? {
        title: ['The volume is still being made'],
        sentence: `${provisioner} has been making the volume of claim ${name} for ${long}, and is not done.`,
      }
    : {
        title: ['The provisioner does not answer'],
        sentence: `${provisioner} was asked for the volume of claim ${name} and has not said a word for ${long}: it may not run.`,
      };
}

/** https://kubernetes.io/docs/concepts/storage/storage-capacity/ */
const NO_ROOM = /did not have enough free storage/;

export const noRoom: Reading = ({ input, claim }) => {
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
