import type { Remedy } from '#lib/model/finding.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';
import type { ImageReference } from '#lib/rollout/image-reference.ts';
import type { ContainerInput } from './diagnosis-input.ts';
import { commandRemedy } from './remedies.ts';

/** There is no `--docker-password-stdin`; the reader types user and token. */
export function createPullSecretCommand(
  namespace: string,
  name: string,
  { registry }: ImageReference,
): string {
  const server = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
  return `kubectl create secret docker-registry ${shellWord(name)} -n ${shellWord(namespace)} --docker-server=${shellWord(server)} --docker-username=USER --docker-password=TOKEN`;
}

/** A Secret beside the one that does not help: that one is left to whoever else uses it. */
export function secondPullSecretRemedy(input: ContainerInput, reference: ImageReference): Remedy {
  const name = `pull-${slug(reference.registry)}`;
  return commandRemedy(
    `Create a second Secret, for ${reference.registry}, and attach it`,
    [createPullSecretCommand(input.owner.namespace, name, reference), attachCommand(input, name)],
    "The other Secret stays for whoever uses it. A ServiceAccount's Secrets reach new pods only.",
  );
}

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
