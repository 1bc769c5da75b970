import type { Remedy } from '#lib/model/finding.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';
import type { ImageReference } from '#lib/rollout/image-reference.ts';
import type { ContainerInput } from './diagnosis-input.ts';
import { canRoll, commandRemedy, targetWords } from './remedies.ts';

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
 * Where the Secrets are named now: in the workload's template, whose list merges by name, else in the ServiceAccount. A pod with a list
 * of its own never gets the account's.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/plugin/pkg/admission/serviceaccount/admission.go (Admit)
 */
function attachCommand(input: ContainerInput, name: string): string {
  const { owner, deployment, pod, references } = input;
  const { serviceAccount } = references;
  const known = serviceAccount.state === 'exists' ? serviceAccount.value.imagePullSecrets.length : undefined;
  const isInTemplate = deployment ? deployment.template.imagePullSecrets.length > 0 : known === 0;
  if (isInTemplate && canRoll(input)) {
    const patch = { spec: { template: { spec: { imagePullSecrets: [{ name }] } } } };
    return `kubectl patch ${targetWords(input)} -p ${shellWord(JSON.stringify(patch))}`;
  }
  return attachToAccountCommand(
    owner.namespace,
    { account: pod.template.serviceAccountName, secret: name },
    known === undefined ? 'unknown' : known > 0 ? 'some' : 'none',
  );
}

/**
 * Attaches a Secret to a ServiceAccount and leaves those it has. Its list is atomic: a merge patch replaces all of it. A JSON
 * Patch adds behind the last one and fails where there is no list; one that makes the list tests first that there is none.
 * So where it is not known whether there is one, exactly one of the two goes through.
 * https://github.com/kubernetes/api/blob/v0.35.4/core/v1/types.go (ServiceAccount)
 */
export function attachToAccountCommand(
  namespace: string,
  { account, secret }: { readonly account: string; readonly secret: string },
  existing: 'none' | 'some' | 'unknown',
): string {
  const append = appendCommand(namespace, account, secret);
  const create = patchAccount(namespace, account, [
    { op: 'test', path: '/imagePullSecrets', value: null },
    { op: 'add', path: '/imagePullSecrets', value: [{ name: secret }] },
  ]);
  return existing === 'some' ? append : existing === 'none' ? create : `${append} || ${create}`;
}

const appendCommand = (namespace: string, account: string, secret: string): string =>
  patchAccount(namespace, account, [{ op: 'add', path: '/imagePullSecrets/-', value: { name: secret } }]);

const patchAccount = (namespace: string, account: string, patch: readonly object[]): string =>
  `kubectl patch serviceaccount ${shellWord(account)} -n ${shellWord(namespace)} --type=json -p ${shellWord(JSON.stringify(patch))}`;
