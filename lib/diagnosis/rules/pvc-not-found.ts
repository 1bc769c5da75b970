import type { Candidate, Remedy } from '#lib/model/finding.ts';
import type { VolumeClaim } from '#lib/model/storage.ts';
import { claimWords, claimYaml } from '#lib/diagnosis/claim-remedies.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { nearMiss } from '#lib/diagnosis/near-miss.ts';
import { type PodClaim, podClaims, uncheckedClaim } from '#lib/diagnosis/pod-claims.ts';
import { commandRemedy, editRemedy, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { schedulingVerdict } from '#lib/diagnosis/scheduling-verdict.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/** https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/scheduler/framework/plugins/volumebinding/volume_binding.go */
const NAMED = /persistentvolumeclaim "(?:[^"/]{1,63}\/)?([^"]{1,253})"/i;
const NOT_MADE_YET = /waiting for ephemeral volume controller to create/;

/**
 * The scheduler waits for a claim that is not there, or on its way out. Its own message says which; whether that is so now,
 * the claim says.
 */
export const pvcNotFound: PodRule = (input) => {
  const verdict = schedulingVerdict(input);
  if (!input.pod || verdict?.causeId !== 'pvc-not-found') return undefined;
  const { namespace } = input.pod.meta;
  const name = NAMED.exec(verdict.main.text)?.[1] ?? '';
  const claim = podClaims(input).find((each) => each.name === name);
  const state = claim?.lookup.state ?? 'unchecked';
  const deleted = claim?.lookup.state === 'exists' && claim.lookup.value.deletedAt !== undefined;
  const isAppeared = state === 'exists' && !deleted;
  const isDeleting = deleted || (state !== 'missing' && /is being deleted/.test(verdict.main.text));
  const meant = nearMiss(name, input.references.claimNames ?? []);
  const said = verdict.main.text;
  return finding({
    causeId: 'pvc-not-found',
    certainty: deleted || (state === 'missing' && !NOT_MADE_YET.test(said)) ? 'proven' : 'likely',
    title: isDeleting
      ? [`Claim ${name} is being deleted`, 'A claim is being deleted']
      : [`Claim ${name} does not exist`, 'A claim does not exist'],
    sentence: sentenceOf({ name, namespace, meant, said, isAppeared, isDeleting }),
    raw: verdict.raw,
    evidence: [
      ...verdict.evidence,
      ...(claim ? [fieldEvidence(`spec.volumes[${claim.volume}]`, `The pod mounts claim ${name}`)] : []),
      ...(state === 'missing'
        ? [{ kind: 'object' as const, text: `PersistentVolumeClaim ${namespace}/${name}: not found` }]
        : []),
      ...(claim?.lookup.state === 'exists' ? stateEvidence(claim.lookup.value) : []),
    ],
    candidates: isDeleting && state === 'unchecked' ? [GONE] : [],
    unchecked: state === 'unchecked' ? uncheckedClaim(name, namespace) : [],
    remedies: isAppeared ? [] : remediesFor(input, { name, namespace, meant, isDeleting, claim }),
  });
};

const GONE: Candidate = {
  causeId: 'pvc-not-found',
  sentence: 'The claim may be gone by now.',
  check: 'List the claims of the namespace.',
};

type Told = {
  readonly name: string;
  readonly namespace: string;
  readonly meant: string | undefined;
  readonly said: string;
  readonly isAppeared: boolean;
  readonly isDeleting: boolean;
};

function sentenceOf({ name, namespace, meant, said, isAppeared, isDeleting }: Told): string {
  if (isAppeared) return `Claim ${name} was missing and exists now; the scheduler tries again at once.`;
  if (isDeleting)
    return `Claim ${name} is being deleted; no new pod may use it, and it stays as long as a running one does.`;
  if (NOT_MADE_YET.test(said))
    return `Claim ${name} of an ephemeral volume was not made yet; kube-controller-manager makes it within seconds.`;
  return `Claim ${name} does not exist in ${namespace}${meant ? `; ${meant} does` : ''}.`;
}

const stateEvidence = ({ name, deletedAt, finalizers, phase }: VolumeClaim) => [
  fieldEvidence(`persistentvolumeclaims/${name} status.phase`, `Claim ${name} is ${phase}`),
  ...(deletedAt === undefined
    ? []
    : [
        {
          ...fieldEvidence(
            `persistentvolumeclaims/${name} metadata.deletionTimestamp`,
            `being deleted${finalizers.length > 0 ? `, held by ${finalizers.join(', ')}` : ''}`,
          ),
          at: deletedAt,
        },
      ]),
];

type Missing = Pick<Told, 'name' | 'namespace' | 'meant' | 'isDeleting'> & { readonly claim?: PodClaim };

function remediesFor(
  input: DiagnosisInput,
  { name, namespace, meant, isDeleting, claim }: Missing,
): Remedy[] {
  if (claim?.isEphemeral) return [];
  const yaml = claimYaml({ name, namespace }, { accessModes: ['ReadWriteOnce'], requested: '10Gi' });
  if (isDeleting) {
    return [
      commandRemedy(
        'Find the pods that still use it',
        [`kubectl describe ${claimWords({ name, namespace })}`],
        'A deletion cannot be taken back. Once the last of them is gone the claim is gone too, and its volume with it unless it is retained.',
      ),
      commandRemedy(
        'Then create it again',
        [yaml],
        'A new claim is a new, empty volume. The pod is placed by itself.',
      ),
    ];
  }
  return [
    ...rollbackRemedy(input),
    ...(meant ? [editRemedy(input, `Mount ${meant} instead`)] : []),
    commandRemedy(
      `Create claim ${name}`,
      [yaml, `kubectl get persistentvolumes -o wide | grep -w ${shellWord(name)}`],
      'Choose size and access mode. Look for a volume with the old data first: a new claim is a new, empty volume. The pod is placed by itself.',
    ),
  ];
}
