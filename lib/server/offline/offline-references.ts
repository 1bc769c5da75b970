import type { Listing, Lookup, References, SecretFacts } from '#lib/diagnosis/diagnosis-input.ts';
import { claimNamesIn } from '#lib/diagnosis/pod-claims.ts';
import { PULL_SECRET_TYPES } from '#lib/diagnosis/registry-match.ts';
import { secretSummary } from '#lib/kube/secret-summary.ts';
import { toLimitRange, toQuota } from '#lib/kube/to-model/limits.ts';
import { toPersistentVolume, toStorageClass, toVolumeClaim } from '#lib/kube/to-model/storage.ts';
import { asText, asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';
import type { Pod } from '#lib/model/pod.ts';
import { namesIn } from '#lib/server/cluster/names-in-template.ts';

/** How an object off the wire is reduced at once to what a diagnosis may hold, by kind. */
const REDUCED = {
  Secret: secretFacts,
  ConfigMap: (object: Wire) => ({
    keys: [...Object.keys(asWire(object['data'])), ...Object.keys(asWire(object['binaryData']))].toSorted(),
  }),
  ServiceAccount: (object: Wire) => ({
    imagePullSecrets: asWires(object['imagePullSecrets']).map((secret) => asText(secret['name'])),
  }),
  PersistentVolumeClaim: toVolumeClaim,
  PersistentVolume: toPersistentVolume,
  StorageClass: toStorageClass,
  ResourceQuota: toQuota,
  LimitRange: toLimitRange,
};

type Reduced = typeof REDUCED;
type ReferenceKind = keyof Reduced;
type Value<K extends ReferenceKind> = ReturnType<Reduced[K]>;

const isReferenceKind = (kind: string): kind is ReferenceKind => Object.hasOwn(REDUCED, kind);

/** What pods and namespaces depend on, as far as it was given. What was not is "could not check". */
export class OfflineReferences {
  readonly #listed: ReadonlySet<string>;
  /** Kind -> "namespace/name" -> what is kept of it. */
  readonly #known = new Map<ReferenceKind, Map<string, unknown>>();

  /** `listed`: kinds that came as a list. A single `kubectl get secret x` says nothing about the others. */
  constructor(listed: ReadonlySet<string>) {
    this.#listed = listed;
  }

  /** False for a kind that is not looked at. */
  add(kind: string, object: Wire): boolean {
    if (!isReferenceKind(kind)) return false;
    const meta = asWire(object['metadata']);
    const known = this.#known.get(kind) ?? new Map<string, unknown>();
    this.#known.set(
      kind,
      known.set(`${asText(meta['namespace'])}/${asText(meta['name'])}`, REDUCED[kind](object)),
    );
    return true;
  }

  get(pod: Pod): References {
    const { template, meta } = pod;
    const { namespace } = meta;
    const named = namesIn(template);
    const lookups = <K extends ReferenceKind>(kind: K, names: readonly string[]) =>
      new Map(names.map((name) => [name, this.#lookup(kind, namespace, name)] as const));
    const claims = lookups('PersistentVolumeClaim', [...new Set(claimNamesIn(pod).map(({ name }) => name))]);
    const volumes = [...claims.values()].flatMap((claim) =>
      claim.state === 'exists' ? (claim.value.volumeName ?? []) : [],
    );
    return {
      secrets: lookups('Secret', named.secrets),
      configMaps: lookups('ConfigMap', named.configMaps),
      serviceAccount: this.#lookup('ServiceAccount', namespace, template.serviceAccountName),
      secretNames: this.#namesIn('Secret', namespace),
      configMapNames: this.#namesIn('ConfigMap', namespace),
      claims,
      claimNames: this.#namesIn('PersistentVolumeClaim', namespace),
      namedVolumes: new Map(
        volumes.map((name) => [name, this.#lookup('PersistentVolume', '', name)] as const),
      ),
      volumes: this.#listing('PersistentVolume', ''),
      storageClasses: this.#listing('StorageClass', ''),
    };
  }

  limitsIn(namespace: string): Pick<References, 'quotas' | 'limitRanges'> {
    return {
      quotas: this.#listing('ResourceQuota', namespace),
      limitRanges: this.#listing('LimitRange', namespace),
    };
  }

  /** Name of a pull Secret that was given -> its namespaces. */
  pullSecrets(): ReadonlyMap<string, readonly string[]> {
    const pulling = [...this.#of('Secret')].filter(([, { type }]) => PULL_SECRET_TYPES.has(type));
    const byName = Map.groupBy(pulling, ([key]) => key.slice(key.indexOf('/') + 1));
    return new Map(
      [...byName].map(([name, found]) => [name, found.map(([key]) => key.slice(0, key.indexOf('/')))]),
    );
  }

  #lookup<K extends ReferenceKind>(kind: K, namespace: string, name: string): Lookup<Value<K>> {
    const value = this.#of(kind).get(`${namespace}/${name}`);
    if (value !== undefined) return { state: 'exists', value };
    return this.#isWhole(kind, namespace) ? { state: 'missing' } : { state: 'unchecked' };
  }

  #listing<K extends ReferenceKind>(kind: K, namespace: string): Listing<Value<K>> {
    const items = [...this.#of(kind)]
      .filter(([key]) => key.startsWith(`${namespace}/`))
      .map(([, value]) => value);
    return { items, isWhole: this.#isWhole(kind, namespace) };
  }

  /** Of a list that holds nothing of the namespace nobody knows whether it was asked for. */
  #isWhole(kind: ReferenceKind, namespace: string): boolean {
    return this.#listed.has(kind) && this.#namesIn(kind, namespace).length > 0;
  }

  #namesIn(kind: ReferenceKind, namespace: string): readonly string[] {
    return [...this.#of(kind).keys()]
      .filter((key) => key.startsWith(`${namespace}/`))
      .map((key) => key.slice(namespace.length + 1));
  }

  #of<K extends ReferenceKind>(kind: K): ReadonlyMap<string, Value<K>> {
    // `add` puts under a kind only what its own reduction made.
    return (this.#known.get(kind) ?? new Map<string, unknown>()) as ReadonlyMap<string, Value<K>>;
  }
}

function secretFacts(object: Wire): SecretFacts {
  const { type, keys, registryHosts, malformed, dataUpdatedAt, tokenExpiresAt } = secretSummary(object);
  return { type, keys, registryHosts: registryHosts ?? [], malformed, dataUpdatedAt, tokenExpiresAt };
}
