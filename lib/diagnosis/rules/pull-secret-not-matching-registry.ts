import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { fieldEvidence, specPath } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { isRepositoryKnown } from '#lib/diagnosis/known-images.ts';
import { createPullSecretCommand } from '#lib/diagnosis/pull-secret-command.ts';
import { pullSecrets } from '#lib/diagnosis/pull-secrets.ts';
import { commandRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { listText } from '#lib/diagnosis/wording.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/** Every named Secret was looked at and none has an entry for this image: nothing was offered to the registry. */
export const pullSecretNotMatchingRegistry: ContainerRule = (input) => {
  const secrets = pullSecrets(input);
  if (!secrets || secrets.names.length === 0 || secrets.existing.length < secrets.names.length)
    return undefined;
  if (secrets.matching.length > 0) return undefined;
  const { reference, failure, existing } = secrets;
  const names = existing.map(({ name }) => name);
  const hosts = [...new Set(existing.flatMap(({ facts }) => facts.registryHosts ?? []))];
  const { namespace } = input.owner;
  const second = `pull-${slug(reference.registry)}`;
  const told = failure.class === 'anonymous' || isRepositoryKnown(input, reference);
  return finding({
    causeId: 'pull-secret-not-matching-registry',
    certainty: told ? 'proven' : 'likely',
    title: [`No pull Secret covers ${reference.registry}`, 'No pull Secret covers the registry'],
    sentence: `Secret ${listText(names)} ${names.length === 1 ? 'has' : 'have'} credentials for ${hosts.length > 0 ? listText(hosts) : 'no registry'}; the image needs ${reference.registry}.`,
    raw: failure.text,
    container: input.container.spec.name,
    evidence: [
      ...existing.map(({ name, facts }) => ({
        kind: 'object' as const,
        text: `registries: ${(facts.registryHosts ?? []).join(', ') || 'none'}`,
        path: `secrets/${name}`,
      })),
      fieldEvidence(specPath(input.container, 'image'), input.container.spec.image),
      ...failure.evidence,
    ],
    candidates: told
      ? []
      : [
          {
            causeId: 'image-repository-not-found',
            sentence: 'The registry gives the same answer when the repository does not exist.',
            check: `Look for ${reference.path} on ${reference.registry} with an account.`,
          },
        ],
    remedies: [
      commandRemedy(
        `Create a second Secret, for ${reference.registry}, and attach it`,
        [createPullSecretCommand(namespace, second, reference), attachCommand(input, second)],
        "The other Secret stays for whoever uses it. A ServiceAccount's Secrets reach new pods only.",
      ),
    ],
  });
};

/** Part of a name that Kubernetes takes: "ghcr.io" -> "ghcr-io". */
const slug = (registry: string): string =>
  registry
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 50);

/**
 * Where the Secrets are named now: in the Deployment's template, whose list merges by name, else in the ServiceAccount, whose
 * list is replaced as a whole.
 * https://github.com/kubernetes/api/blob/master/core/v1/types.go (PodSpec, ServiceAccount)
 */
function attachCommand(input: ContainerInput, name: string): string {
  const { owner, deployment, pod } = input;
  const inTemplate = (deployment?.template.imagePullSecrets.length ?? 0) > 0;
  const target = inTemplate
    ? `deployment ${shellWord(owner.name)}`
    : `serviceaccount ${shellWord(pod.template.serviceAccountName)}`;
  const patch = inTemplate
    ? { spec: { template: { spec: { imagePullSecrets: [{ name }] } } } }
    : { imagePullSecrets: [...pod.template.imagePullSecrets, name].map((each) => ({ name: each })) };
  return `kubectl patch ${target} -n ${shellWord(owner.namespace)} -p ${shellWord(JSON.stringify(patch))}`;
}
