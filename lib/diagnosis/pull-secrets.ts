import type { Unchecked } from '#lib/model/finding.ts';
import type { ContainerInput, SecretFacts } from './diagnosis-input.ts';
import { containerEvents } from './evidence.ts';
import { type ImageReference, parseImageReference } from '#lib/rollout/image-reference.ts';
import { AUTH_CLASSES, type PullFailure, pullFailure } from './pull-failure.ts';
import { PULL_SECRET_TYPES, registryMatches } from './registry-match.ts';

export type NamedSecret = { readonly name: string; readonly facts: SecretFacts };

/** What the pod offers to the registry, and what could not be looked at. */
export type PullSecrets = {
  readonly failure: PullFailure;
  readonly reference: ImageReference;
  /** In the order of the pod's `imagePullSecrets`. */
  readonly names: readonly string[];
  readonly missing: readonly string[];
  readonly existing: readonly NamedSecret[];
  /** Readable by the kubelet and with an entry for this image: these credentials were offered. */
  readonly matching: readonly NamedSecret[];
  readonly unchecked: readonly Unchecked[];
};

/** Shared view of all rules that ask "why did the registry refuse?"; `undefined` when it did not. */
export function pullSecrets(input: ContainerInput): PullSecrets | undefined {
  const failure = pullFailure(input);
  const reference = parseImageReference(input.container.spec.image);
  if (!failure?.class || !AUTH_CLASSES.has(failure.class) || !reference) return undefined;
  const names = input.pod.template.imagePullSecrets;
  const lookups = names.map((name) => ({ name, lookup: input.references.secrets.get(name) }));
  const existing = lookups.flatMap(({ name, lookup }) =>
    lookup?.state === 'exists' ? [{ name, facts: lookup.value }] : [],
  );
  const permission = `get secrets in ${input.owner.namespace}`;
  return {
    failure,
    reference,
    names,
    missing: lookups
      .filter(({ name, lookup }) => lookup?.state === 'missing' || isReportedMissing(input, name, lookup))
      .map(({ name }) => name),
    existing,
    matching: existing.filter(({ facts }) => isOffered(facts, reference)),
    unchecked: lookups
      .filter(({ lookup }) => !lookup || lookup.state === 'unchecked')
      .map(({ name }) => ({ what: `Secret ${name}`, permission })),
  };
}

function isOffered({ type, malformed, registryHosts }: SecretFacts, image: ImageReference): boolean {
  return (
    PULL_SECRET_TYPES.has(type) &&
    !malformed &&
    (registryHosts ?? []).some((host) => registryMatches(host, image))
  );
}

/**
 * The kubelet itself says which Secrets it could not get; that counts where we may not look. An event may be
 * older than a Secret created since, so a Secret we can see is not missing.
 */
function isReportedMissing(
  input: ContainerInput,
  name: string,
  lookup: { state: string } | undefined,
): boolean {
  if (lookup?.state === 'exists') return false;
  return containerEvents(input, 'FailedToRetrieveImagePullSecret').some((event) => {
    const list = /secrets \(([^)]*)\)/.exec(event.message)?.[1] ?? '';
    return list.split(/,\s*/).includes(name);
  });
}
