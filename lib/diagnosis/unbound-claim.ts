import type { Evidence } from '#lib/model/finding.ts';
import type { VolumeClaim } from '#lib/model/storage.ts';
import { classAbsent, madeElsewhere, noClass } from './claim-class.ts';
import { noRoom, provisionerRefuses, provisionerSilent } from './claim-provisioner.ts';
import { claimPath, type Reading, type Subject, type UnboundReason } from './claim-reading.ts';
import { lookAtClaim } from './claim-remedies.ts';
import { lost, madeByHand, namesVolume } from './claim-volumes.ts';
import type { DiagnosisInput } from './diagnosis-input.ts';
import { fieldEvidence } from './evidence.ts';
import type { PodClaim } from './pod-claims.ts';

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

const claimEvidence = (claim: VolumeClaim): Evidence[] => [
  fieldEvidence(claimPath(claim, 'status.phase'), `Claim ${claim.name} is ${claim.phase}`),
  fieldEvidence(claimPath(claim, 'spec.storageClassName'), classText(claim)),
];

function classText({ storageClass }: VolumeClaim): string {
  if (storageClass === undefined) return 'It names no class';
  return storageClass === '' ? 'It wants a volume without a class ("")' : `It asks for class ${storageClass}`;
}

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
