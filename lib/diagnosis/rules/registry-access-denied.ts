import type { Candidate } from '#lib/model/finding.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { isRepositoryKnown } from '#lib/diagnosis/known-images.ts';
import { pullSecrets, type PullSecrets } from '#lib/diagnosis/pull-secrets.ts';
import { lastGoodImage, rollbackRemedy, setImageRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { listText } from '#lib/diagnosis/wording.ts';

/**
 * The umbrella: the registry refuses, and the objects do not tell whether the credentials are bad or the
 * repository is absent. Both are named, with the check that separates them.
 */
export const registryAccessDenied: ContainerRule = (input) => {
  const secrets = pullSecrets(input);
  if (!secrets) return undefined;
  const { reference, failure, matching } = secrets;
  const offered = listText(matching.map(({ name }) => `Secret ${name}`));
  const refused = failure.class === 'credentials-refused';
  // Named Secrets we may not read, and a runtime that asked without any: none of them covered this registry.
  const unused = failure.class === 'anonymous' && secrets.names.length > 0 && matching.length === 0;
  return finding({
    causeId:
      refused && matching.length > 0
        ? 'pull-secret-invalid-credentials'
        : unused
          ? 'pull-secret-not-matching-registry'
          : 'registry-access-denied',
    certainty: refused && matching.length > 0 ? 'likely' : 'possible',
    title: [`${reference.registry} refuses access`, 'The registry refuses access'],
    sentence:
      matching.length > 0
        ? `${reference.registry} refuses ${reference.path} with the credentials in ${offered}.`
        : unused
          ? `The pod names ${listText(secrets.names)}, and ${reference.registry} was asked without credentials: no entry covers it.`
          : `${reference.registry} refuses access to ${reference.path}.`,
    raw: failure.text,
    container: input.container.spec.name,
    evidence: [
      ...matching.map(({ name }) => ({
        kind: 'object' as const,
        text: `Secret ${name} has an entry for ${reference.registry}`,
        path: `secrets/${name}`,
      })),
      ...failure.evidence,
    ],
    candidates: [...(unused ? UNUSABLE : []), ...candidates(secrets, isRepositoryKnown(input, reference))],
    unchecked: secrets.unchecked,
    remedies: [
      ...rollbackRemedy(input),
      ...setImageRemedy(input, input.container, lastGoodImage(input, input.container)),
    ],
  });
};

function candidates({ reference, names }: PullSecrets, repositoryKnown: boolean): Candidate[] {
  const credentials = {
    causeId: names.length > 0 ? 'pull-secret-invalid-credentials' : 'pull-secret-absent',
    sentence: 'The credentials may be wrong, expired, or lack the right to pull.',
    check: `Log in to ${reference.registry} with them and pull ${reference.path}.`,
  };
  const absent = {
    causeId: 'image-repository-not-found',
    sentence: `${reference.path} may not exist; registries give the same answer.`,
    check: `Look for ${reference.path} on ${reference.registry} with an account that sees everything.`,
  };
  return repositoryKnown ? [credentials] : [credentials, absent];
}

const UNUSABLE: readonly Candidate[] = [
  {
    causeId: 'pull-secret-not-found',
    sentence: 'The Secret may not exist in this namespace.',
    check: 'List the Secrets of the namespace.',
  },
  {
    causeId: 'pull-secret-wrong-type',
    sentence: 'The Secret may not be of type kubernetes.io/dockerconfigjson; the kubelet then ignores it.',
    check: 'Look at the type of the Secret.',
  },
];
