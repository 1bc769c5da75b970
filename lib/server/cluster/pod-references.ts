import type { Lookup, References, SecretFacts } from '#lib/diagnosis/diagnosis-input.ts';
import type { ClusterConnection } from '#lib/kube/connection.ts';
import {
  readConfigMap,
  readNames,
  readSecret,
  readServiceAccount,
  type Reference,
} from '#lib/kube/read-references.ts';
import type { Pod } from '#lib/model/pod.ts';
import { namesIn } from './names-in-template.ts';
import { WorkQueue } from './work-queue.ts';

/** An answer is asked for again after this long (ms): the Secret may have been created meanwhile. */
const FRESH_MS = 20_000;
/** Answers kept in memory; the oldest leaves first. */
const MAX_ANSWERS = 10_000;
const UNCHECKED = { state: 'unchecked' } as const;

type Answer = { readonly lookup: Lookup<unknown>; readonly readAt: number };

export type PodReferencesOptions = {
  readonly connection: Pick<ClusterConnection, 'request'>;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly onAnswer: (pod: Pod) => void;
};

/**
 * Secrets, ConfigMaps and the ServiceAccount a failing pod names: read on demand with the engineer's own rights, and
 * reduced at once (see `kube/secret-summary.ts`). Not permitted stays "could not check", never "missing".
 */
export class PodReferences {
  readonly #options: PodReferencesOptions;
  readonly #answers = new Map<string, Answer>();
  readonly #pending = new Set<string>();
  readonly #queue = new WorkQueue(4);

  constructor(options: PodReferencesOptions) {
    this.#options = options;
  }

  get(pod: Pod): References {
    const { template, meta } = pod;
    const named = namesIn(template);
    const lookup = <T>(kind: string, name: string) =>
      (this.#answers.get(`${kind}/${meta.namespace}/${name}`)?.lookup ?? UNCHECKED) as Lookup<T>;
    return {
      secrets: new Map(named.secrets.map((name) => [name, lookup<SecretFacts>('secret', name)])),
      configMaps: new Map(
        named.configMaps.map((name) => [name, lookup<{ keys: readonly string[] }>('configmap', name)]),
      ),
      serviceAccount: lookup('serviceaccount', template.serviceAccountName),
      secretNames: this.#namesIn('secrets', meta.namespace),
      configMapNames: this.#namesIn('configmaps', meta.namespace),
    };
  }

  #namesIn(kind: 'secrets' | 'configmaps', namespace: string): readonly string[] | undefined {
    const lookup = this.#answers.get(`${kind}/${namespace}`)?.lookup as Lookup<readonly string[]> | undefined;
    return lookup?.state === 'exists' ? lookup.value : undefined;
  }

  /** Asks for what is not known or no longer fresh. */
  want(pod: Pod): void {
    const { template, meta } = pod;
    const { connection, signal } = this.#options;
    const ref = (name: string) => ({ namespace: meta.namespace, name });
    const { secrets, configMaps } = this.get(pod);
    const named = namesIn(template);
    for (const name of named.secrets) {
      this.#ask(pod, `secret/${meta.namespace}/${name}`, async () =>
        toLookup(
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
      this.#ask(pod, `configmap/${meta.namespace}/${name}`, async () =>
        toLookup(await readConfigMap(connection, ref(name), signal), ({ keys }) => ({ keys })),
      );
    }
    this.#wantNames(pod, 'secrets', secrets.values());
    this.#wantNames(pod, 'configmaps', configMaps.values());
    this.#ask(pod, `serviceaccount/${meta.namespace}/${template.serviceAccountName}`, async () =>
      toLookup(
        await readServiceAccount(connection, ref(template.serviceAccountName), signal),
        (value) => value,
      ),
    );
  }

  /** What is missing may be there under a name that is nearly the same. */
  #wantNames(pod: Pod, kind: 'secrets' | 'configmaps', lookups: Iterable<Lookup<unknown>>): void {
    if (![...lookups].some(({ state }) => state === 'missing')) return;
    const { connection, signal } = this.#options;
    const { namespace } = pod.meta;
    this.#ask(pod, `${kind}/${namespace}`, async () =>
      toLookup(await readNames(connection, { namespace, kind }, signal), (names) => names),
    );
  }

  #ask(pod: Pod, key: string, read: () => Promise<Lookup<unknown>>): void {
    const { now, signal, onAnswer } = this.#options;
    const known = this.#answers.get(key);
    if (this.#pending.has(key) || (known && now() - known.readAt < FRESH_MS)) return;
    this.#pending.add(key);
    this.#queue.add(async () => {
      try {
        const lookup = await read();
        const isNews = JSON.stringify(known?.lookup) !== JSON.stringify(lookup);
        this.#keep(key, { lookup, readAt: now() });
        if (isNews && !signal.aborted) onAnswer(pod);
      } finally {
        this.#pending.delete(key);
      }
    });
  }

  #keep(key: string, answer: Answer): void {
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > MAX_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
  }
}

function toLookup<T, U>(reference: Reference<T>, reduce: (value: T) => U): Lookup<U> {
  if (reference.state === 'exists') return { state: 'exists', value: reduce(reference.value) };
  if (reference.state === 'missing') return { state: 'missing' };
  return { state: 'unchecked', permission: reference.permission };
}
