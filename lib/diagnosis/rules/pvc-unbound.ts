import type { Finding } from '#lib/model/finding.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { eventEvidence, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { lookIn, type PodClaim, podClaims, uncheckedClaim } from '#lib/diagnosis/pod-claims.ts';
import { commandRemedy } from '#lib/diagnosis/remedies.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { type SchedulingVerdict, schedulingVerdict } from '#lib/diagnosis/scheduling-verdict.ts';
import { NO_PROVISIONER } from '#lib/diagnosis/claim-class.ts';
import { unboundReason } from '#lib/diagnosis/unbound-claim.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/**
 * A claim of the pod has no volume. The claim's own phase decides; the scheduler's message alone where it may not be
 * read. A claim that waits for its first consumer is no cause: it waits for the pod.
 */
export const pvcUnbound: PodRule = (input) => {
  const { pod } = input;
  if (!pod || pod.nodeName !== undefined || pod.schedulingGates.length > 0) return undefined;
  const verdict = schedulingVerdict(input);
  const claims = podClaims(input);
  const isSaid = verdict?.causeId === 'pvc-unbound';
  if (verdict && !isSaid) return undefined;
  const guilty = claims.find(isLost(input)) ?? claims.find((claim) => isGuilty(input, claim, isSaid));
  if (!guilty) return isSaid ? bySchedulerOnly(input, verdict, claims) : undefined;
  const { value } = guilty.lookup;
  const reason = unboundReason(input, guilty, value);
  const condition = pod.conditions.find(({ type }) => type === 'PodScheduled');
  return finding({
    causeId: 'pvc-unbound',
    ...reason,
    raw: verdict?.raw ?? condition?.message,
    evidence: [
      ...reason.evidence,
      fieldEvidence(`spec.volumes[${guilty.volume}]`, `The pod mounts claim ${guilty.name}`),
      ...(verdict?.evidence ?? []),
    ],
  });
};

type ReadClaim = PodClaim & { readonly lookup: Extract<PodClaim['lookup'], { state: 'exists' }> };

const isRead = (claim: PodClaim): claim is ReadClaim => claim.lookup.state === 'exists';

const isLost =
  ({ references }: DiagnosisInput) =>
  (claim: PodClaim): claim is ReadClaim => {
    if (!isRead(claim)) return false;
    const { phase, volumeName = '' } = claim.lookup.value;
    return (
      phase === 'Lost' || (phase === 'Bound' && references.namedVolumes?.get(volumeName)?.state === 'missing')
    );
  };

/**
 * Whether an unbound claim keeps the pod from a node: always when the scheduler says so; without a word of it once a node was
 * chosen, because from then on it waits for the volume.
 */
function isGuilty({ references }: DiagnosisInput, claim: PodClaim, isSaid: boolean): claim is ReadClaim {
  if (!isRead(claim) || claim.lookup.value.phase !== 'Pending') return false;
  const { selectedNode, storageClass = '' } = claim.lookup.value;
  if (selectedNode !== undefined) return true;
  if (!isSaid) return false;
  const known = lookIn(references.storageClasses, storageClass);
  const waits =
    known.state === 'exists' && known.value.waitsForConsumer && known.value.provisioner !== NO_PROVISIONER;
  // Of several claims the ones that wait for the pod are not those it waits for; alone it is all there is to name.
  return !waits || references.claims?.size === 1;
}

type Words = {
  readonly pattern: RegExp;
  readonly title: string;
  readonly says: (match: RegExpExecArray, claim: string) => string;
};

/** What the claim's events say, where the claim itself may not be read; they are watched with the pods'. */
const WORDS: readonly Words[] = [
  {
    pattern: /storageclass\.storage\.k8s\.io "([^"]{1,253})" not found/,
    title: 'The StorageClass does not exist',
    says: ([, name = ''], claim) => `Claim ${claim} asks for StorageClass ${name}, which does not exist.`,
  },
  {
    pattern: /no persistent volumes available for this claim and no storage class is set/,
    title: 'No volume fits the claim',
    says: (_match, claim) => `Claim ${claim} names no StorageClass, and no free volume fits it.`,
  },
  {
    pattern:
      /^failed to provision volume with StorageClass "[^"]{0,253}": (?:rpc error: code = \w{1,40} desc = )?([\s\S]{1,220})/,
    title: 'The provisioner makes no volume',
    says: ([, why = ''], claim) => `The provisioner makes no volume for claim ${claim}: ${why}`,
  },
  {
    pattern: /either by the external provisioner '([^']{1,253})'/,
    title: 'A claim is not bound to a volume',
    says: ([, name = ''], claim) => `Claim ${claim} waits for ${name} to make its volume.`,
  },
  {
    pattern: /Cannot bind to requested volume "([^"]{1,253})": ([^\n]{1,200})/,
    title: 'A claim cannot get its volume',
    says: ([, volume = '', why = ''], claim) => `Claim ${claim} cannot be bound to volume ${volume}: ${why}.`,
  },
];

function bySchedulerOnly(
  input: DiagnosisInput,
  verdict: SchedulingVerdict,
  claims: readonly PodClaim[],
): Finding {
  const { namespace } = input.owner;
  const told = claims
    .flatMap(({ name, events }) => events.map((event) => ({ name, event })))
    .flatMap(({ name, event }) =>
      WORDS.flatMap(({ pattern, title, says }) => {
        const match = pattern.exec(event.message);
        return match ? [{ event, title, sentence: says(match, name) }] : [];
      }),
    )
    .at(0);
  const unread = claims.filter(({ lookup }) => lookup.state === 'unchecked');
  const isBoundNow = claims.length > 0 && claims.every(({ lookup }) => isBound(lookup));
  return finding({
    causeId: 'pvc-unbound',
    certainty: 'likely',
    title: (isBoundNow ? undefined : told?.title) ?? 'A claim is not bound to a volume',
    sentence: isBoundNow
      ? 'All claims of the pod are bound by now; the scheduler tries again by itself.'
      : (told?.sentence ?? verdict.sentence),
    raw: verdict.raw,
    evidence: [...(told && !isBoundNow ? [eventEvidence(told.event)] : []), ...verdict.evidence],
    unchecked: unread.flatMap(({ name }) => uncheckedClaim(name, namespace)),
    remedies: isBoundNow
      ? []
      : [
          commandRemedy('Look at the claims of the pod', [
            `kubectl describe persistentvolumeclaims -n ${shellWord(namespace)}`,
            'kubectl get persistentvolumes,storageclasses',
          ]),
        ],
  });
}

const isBound = (lookup: PodClaim['lookup']) => lookup.state === 'exists' && lookup.value.phase === 'Bound';
