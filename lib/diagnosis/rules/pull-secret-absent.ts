import type { Candidate, Finding } from '#lib/model/finding.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { isRepositoryKnown } from '#lib/diagnosis/known-images.ts';
import { attachToAccountCommand, createPullSecretCommand } from '#lib/diagnosis/pull-secret-command.ts';
import { pullSecrets, type PullSecrets } from '#lib/diagnosis/pull-secrets.ts';
import { commandRemedy, targetWords } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { listText } from '#lib/diagnosis/wording.ts';

/** Registries where the node's own identity normally pulls, without a Secret. */
const CLOUD =
  /(?:(?:^|\.)dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?|\.azurecr\.io|(?:^|\.)gcr\.io|\.pkg\.dev)$/;

/** The pod offers no credentials at all. ServiceAccount Secrets are merged only when a pod is created. */
export const pullSecretAbsent: ContainerRule = (input) => {
  const secrets = pullSecrets(input);
  if (!secrets || secrets.names.length > 0) return undefined;
  const { reference, failure } = secrets;
  // A cloud registry that forbids has been shown the node's identity: then a right is missing, not a Secret.
  if (CLOUD.test(reference.registry) && failure.class === 'forbidden') return nodeMayNotPull(input, secrets);
  const { serviceAccount } = input.references;
  const late = serviceAccount.state === 'exists' ? serviceAccount.value.imagePullSecrets : [];
  const account = input.pod.template.serviceAccountName;
  // The runtime says that it asked without credentials, and pod and ServiceAccount were seen to have none.
  const isSeen = serviceAccount.state === 'exists' && !CLOUD.test(reference.registry);
  const known = isRepositoryKnown(input, reference);
  const certain = failure.class === 'anonymous' && (isSeen || known);
  return finding({
    causeId: 'pull-secret-absent',
    certainty: late.length > 0 || certain ? 'likely' : 'possible',
    title: [`No pull Secret for ${reference.registry}`, 'No pull Secret for the registry'],
    sentence:
      late.length > 0
        ? `This pod was created before ServiceAccount ${account} got ${listText(late)}, so it pulls without credentials.`
        : `${reference.registry} refuses ${reference.path} without credentials, and the pod names no pull Secret.`,
    raw: failure.text,
    container: input.container.spec.name,
    evidence: [fieldEvidence('spec.imagePullSecrets', 'The pod names no pull Secret'), ...failure.evidence],
    candidates: late.length > 0 || (certain && known) ? [] : otherReasons(secrets),
    unchecked:
      serviceAccount.state === 'unchecked'
        ? [
            {
              what: `ServiceAccount ${account}`,
              permission: `get serviceaccounts in ${input.owner.namespace}`,
            },
          ]
        : [],
    remedies:
      late.length > 0
        ? [commandRemedy('Create the pods again', [`kubectl rollout restart ${targetWords(input)}`])]
        : [attachSecret(input, secrets)],
  });
};

function otherReasons({ reference, failure }: PullSecrets): Candidate[] {
  const absent = {
    causeId: 'image-repository-not-found',
    sentence: `${reference.path} may not exist on ${reference.registry}; the answer is the same.`,
    check: `Look for ${reference.path} on ${reference.registry} with an account.`,
  };
  const nothingOffered = failure.class === 'anonymous' ? [PROVIDER] : [];
  if (!CLOUD.test(reference.registry)) return [absent, ...hiddenTag(reference, failure), ...nothingOffered];
  return [
    ...(/(?:^|\.)dkr\.ecr\./.test(reference.registry) ? ECR_REASONS : []),
    PROVIDER,
    {
      causeId: 'registry-iam-permission-denied',
      sentence: "The node's own identity may lack the right to pull.",
      check: `Check the role of the node for ${reference.registry}; do other nodes pull from it?`,
    },
    absent,
  ];
}

function attachSecret({ owner, pod, references }: ContainerInput, { reference }: PullSecrets) {
  const { namespace } = owner;
  const isRead = references.serviceAccount.state === 'exists';
  const secret = 'registry';
  return commandRemedy(
    `Create a pull Secret for ${reference.registry} and attach it`,
    [
      createPullSecretCommand(namespace, secret, reference),
      attachToAccountCommand(
        namespace,
        { account: pod.template.serviceAccountName, secret },
        isRead ? 'none' : 'unknown',
      ),
    ],
    `Secrets the account has stay.${isRead ? '' : ' Where it has none yet, the first half of the second command fails and the other half attaches it.'} Then create the pods again: Secrets of a ServiceAccount reach new pods only.`,
  );
}

/** Where nodes are meant to bring the credentials, "nothing was offered" is their trouble. */
const PROVIDER: Candidate = {
  causeId: 'node-credential-provider-broken',
  sentence: "The node's credential provider may be meant to bring the credentials, and delivered none.",
  check: 'See whether other pods pull from there without a pull Secret.',
};

/** Tokens of ECR live for 12 h, and nodes get them from a credential provider. */
const ECR_REASONS: readonly Candidate[] = [
  {
    causeId: 'registry-token-expired',
    sentence: 'A token of ECR is valid for 12 h; one from a Secret or a cache may have expired.',
    check: 'See when the Secret or the token of the node was last renewed.',
  },
  {
    causeId: 'node-registry-credentials-stale',
    sentence: "The node's credential provider may have stopped delivering tokens.",
    check: 'See whether other nodes pull from the same registry.',
  },
];

/** Some registries ask for a login also when only the tag is wrong. */
function hiddenTag({ path, tag }: PullSecrets['reference'], failure: PullSecrets['failure']): Candidate[] {
  if (!/authentication required/.test(failure.text)) return [];
  return [
    {
      causeId: 'image-tag-not-found',
      sentence: `The repository may be readable and the tag ${tag ?? 'latest'} absent.`,
      check: `List the tags of ${path} in the registry.`,
    },
  ];
}

function nodeMayNotPull(input: ContainerInput, { reference, failure, unchecked }: PullSecrets): Finding {
  return finding({
    causeId: 'registry-iam-permission-denied',
    certainty: 'possible',
    title: [`Node may not pull from ${reference.registry}`, 'The node may not pull the image'],
    sentence: `${reference.registry} forbids ${reference.path}: the identity of the node may lack the right to pull it.`,
    raw: failure.text,
    container: input.container.spec.name,
    evidence: [fieldEvidence('spec.imagePullSecrets', 'The pod names no pull Secret'), ...failure.evidence],
    candidates: [
      {
        causeId: 'pull-secret-absent',
        sentence: 'The pod may need a pull Secret of its own.',
        check: `Does the cluster pull from ${reference.registry} by the identity of its nodes?`,
      },
      {
        causeId: 'image-repository-not-found',
        sentence: `${reference.path} may not exist; the answer is the same.`,
        check: `Look for ${reference.path} with an account that sees everything.`,
      },
      ...(/(?:^|\.)dkr\.ecr\./.test(reference.registry) ? ECR_REASONS.slice(0, 1) : []),
      PROVIDER,
    ],
    unchecked,
  });
}
