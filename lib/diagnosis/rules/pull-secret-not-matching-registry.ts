import { fieldEvidence, specPath } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { isRepositoryKnown } from '#lib/diagnosis/known-images.ts';
import { secondPullSecretRemedy } from '#lib/diagnosis/pull-secret-command.ts';
import { nearEntry } from '#lib/diagnosis/registry-match.ts';
import { pullSecrets } from '#lib/diagnosis/pull-secrets.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { type ImageReference, repositoryOf } from '#lib/rollout/image-reference.ts';
import { listText } from '#lib/diagnosis/wording.ts';

/** Every named Secret was looked at and none has an entry for this image: nothing was offered to the registry. */
export const pullSecretNotMatchingRegistry: ContainerRule = (input) => {
  const secrets = pullSecrets(input);
  if (!secrets || secrets.names.length === 0 || secrets.existing.length < secrets.names.length)
    return undefined;
  if (secrets.matching.length > 0) return undefined;
  const { reference, failure, existing } = secrets;
  const names = existing.map(({ name }) => name);
  const hosts = [...new Set(existing.flatMap(({ facts }) => facts.registryHosts ?? []))];
  const told = failure.class === 'anonymous' || isRepositoryKnown(input, reference);
  return finding({
    causeId: 'pull-secret-not-matching-registry',
    certainty: told ? 'proven' : 'likely',
    title: [`No pull Secret covers ${reference.registry}`, 'No pull Secret covers the registry'],
    sentence: `Secret ${listText(names)} ${names.length === 1 ? 'has' : 'have'} credentials for ${hosts.length > 0 ? listText(hosts) : 'no registry'}; the image needs ${needed(hosts, reference)}.`,
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
    remedies: [secondPullSecretRemedy(input, reference)],
  });
};

/** Host and path where only the path keeps an entry from being used: the kubelet compares it, letter by letter. */
function needed(hosts: readonly string[], reference: ImageReference): string {
  const isSameHost = hosts.some((host) => nearEntry(host, reference) === 'path');
  return isSameHost ? repositoryOf(reference) : reference.registry;
}
