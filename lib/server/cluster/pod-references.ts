import type { Lookup, References, SecretFacts } from '#lib/diagnosis/diagnosis-input.ts';
import { readLimitRanges, readQuotas } from '#lib/kube/read-limits.ts';
import type { Reader, Reference } from '#lib/kube/read-reference.ts';
import { readConfigMap, readNames, readSecret, readServiceAccount } from '#lib/kube/read-references.ts';
import type { LimitRange, Quota } from '#lib/model/limits.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { Answers, type Asker } from './answers.ts';
import { claimReferences, wantClaims } from './claim-references.ts';
import { ownerKey } from './cluster-objects.ts';
import { namesIn } from './names-in-template.ts';

export type PodReferencesOptions = {
  readonly connection: Reader;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Something that was asked for this pod, or for an owner without pods, is known now or has changed. */
  readonly onAnswer: (about: Pod | WorkloadRef) => void;
};

/**
 * What failing pods depend on and nobody watches: the Secrets, ConfigMaps, ServiceAccount and claims a pod names, the quotas and
 * limits of a namespace. Read on demand with the engineer's own rights, and reduced at once (see `kube/secret-summary.ts`). Not
 * permitted stays "could not check", never "missing".
 */
export class PodReferences {
  readonly #options: PodReferencesOptions;
  readonly #answers: Answers;

  constructor(options: PodReferencesOptions) {
    this.#options = options;
    this.#answers = new Answers(options);
  }

  get(pod: Pod): References {
    const { template, meta } = pod;
    const named = namesIn(template);
    const lookup = <T>(kind: string, name: string) =>
      this.#answers.get<T>(`${kind}/${meta.namespace}/${name}`);
    return {
      secrets: new Map(named.secrets.map((name) => [name, lookup<SecretFacts>('secret', name)])),
      configMaps: new Map(
        named.configMaps.map((name) => [name, lookup<{ keys: readonly string[] }>('configmap', name)]),
      ),
      serviceAccount: lookup('serviceaccount', template.serviceAccountName),
      secretNames: this.#namesIn('secrets', meta.namespace),
      configMapNames: this.#namesIn('configmaps', meta.namespace),
      ...claimReferences(this.#answers, pod),
    };
  }

  /** What limits new pods of a namespace. */
  limitsIn(namespace: string): Pick<References, 'quotas' | 'limitRanges'> {
    return {
      quotas: this.#answers.listing<Quota>(`resourcequotas/${namespace}`),
      limitRanges: this.#answers.listing<LimitRange>(`limitranges/${namespace}`),
    };
  }

  #namesIn(kind: 'secrets' | 'configmaps', namespace: string): readonly string[] | undefined {
    const lookup = this.#answers.get<readonly string[]>(`${kind}/${namespace}`);
    return lookup.state === 'exists' ? lookup.value : undefined;
  }

  /** Asks for Secrets, ConfigMaps and ServiceAccount of a pod, as far as they are not known or no longer fresh. */
  want(pod: Pod): void {
    const { template, meta } = pod;
    const { connection, signal } = this.#options;
    const ref = (name: string) => ({ namespace: meta.namespace, name });
    const { secrets, configMaps } = this.get(pod);
    const named = namesIn(template);
    const ask = <T>(key: string, read: () => Promise<Reference<T>>) =>
      this.#answers.ask(key, this.#asker(pod), read);
    for (const name of named.secrets) {
      ask(`secret/${meta.namespace}/${name}`, async () =>
        reduced(
          await readSecret(connection, ref(name), signal),
          ({ type, keys, registryHosts, malformed, dataUpdatedAt, tokenExpiresAt }) => ({
            type,
            keys,
            registryHosts: registryHosts ?? [],
            malformed,
            dataUpdatedAt,
            tokenExpiresAt,
          }),
        ),
      );
    }
    for (const name of named.configMaps) {
      ask(`configmap/${meta.namespace}/${name}`, async () =>
        reduced(await readConfigMap(connection, ref(name), signal), ({ keys }) => ({ keys })),
      );
    }
    this.#wantNames(pod, 'secrets', secrets.values());
    this.#wantNames(pod, 'configmaps', configMaps.values());
    ask(`serviceaccount/${meta.namespace}/${template.serviceAccountName}`, () =>
      readServiceAccount(connection, ref(template.serviceAccountName), signal),
    );
  }

  /** Asks for a pod's claims and what they need. */
  wantClaims(pod: Pod): void {
    const { connection, signal } = this.#options;
    wantClaims(this.#answers, pod, { connection, signal, asker: this.#asker(pod) });
  }

  /** Asks for the quotas and limits that an owner's pods have to keep. */
  wantLimits(owner: WorkloadRef): void {
    const { connection, signal } = this.#options;
    const { namespace } = owner;
    if (namespace === '') return;
    const asker = { id: ownerKey(owner), tell: () => this.#options.onAnswer(owner) };
    this.#answers.ask(`resourcequotas/${namespace}`, asker, () => readQuotas(connection, namespace, signal));
    this.#answers.ask(`limitranges/${namespace}`, asker, () =>
      readLimitRanges(connection, namespace, signal),
    );
  }

  /** What is missing may be there under a name that is nearly the same. */
  #wantNames(pod: Pod, kind: 'secrets' | 'configmaps', lookups: Iterable<Lookup<unknown>>): void {
    if (![...lookups].some(({ state }) => state === 'missing')) return;
    const { connection, signal } = this.#options;
    const { namespace } = pod.meta;
    this.#answers.ask(`${kind}/${namespace}`, this.#asker(pod), () =>
      readNames(connection, { namespace, kind }, signal),
    );
  }

  #asker(pod: Pod): Asker {
    return { id: pod.meta.uid, tell: () => this.#options.onAnswer(pod) };
  }
}

const reduced = <T, U>(reference: Reference<T>, reduce: (value: T) => U): Reference<U> =>
  reference.state === 'exists' ? { state: 'exists', value: reduce(reference.value) } : reference;
