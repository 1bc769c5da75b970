import { randomBytes } from 'node:crypto';
import type { References, SecretFacts } from '#lib/diagnosis/diagnosis-input.ts';
import { PULL_SECRET_TYPES } from '#lib/diagnosis/registry-match.ts';
import { KINDS, type KindName, type ModelByKind } from '#lib/kube/kinds.ts';
import { secretSummary } from '#lib/kube/secret-summary.ts';
import type { Store } from '#lib/kube/store.ts';
import { createStores, type Stores } from '#lib/kube/stores.ts';
import type { ToModelContext } from '#lib/kube/to-model/context.ts';
import { createValueHash } from '#lib/kube/to-model/value-hash.ts';
import { asText, asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';
import type { Pod } from '#lib/model/pod.ts';
import { namesIn } from '#lib/server/cluster/names-in-template.ts';
import { kindOf, type Manifests } from './read-manifests.ts';

/** A cluster that was written to a file. */
export type OfflineCluster = {
  readonly stores: Stores;
  /** Kinds of which there is at least one object, or a list: only of these "not here" means "does not exist". */
  readonly hasKind: (kind: KindName) => boolean;
  readonly references: { get(pod: Pod): References };
  /** Name of a pull Secret that was given -> its namespaces. */
  readonly pullSecrets: ReadonlyMap<string, readonly string[]>;
  /** Kinds that were given and are not used, with how many. */
  readonly unused: ReadonlyMap<string, number>;
};

const KIND_NAMES: Readonly<Record<string, KindName | undefined>> = {
  Pod: 'pods',
  Event: 'events',
  Node: 'nodes',
  Deployment: 'deployments',
  ReplicaSet: 'replicasets',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  Job: 'jobs',
  CronJob: 'cronjobs',
  Service: 'services',
  EndpointSlice: 'endpointslices',
};

type Known<T> = ReadonlyMap<string, T>;

/**
 * Puts objects into the stores the live product uses. Secrets are reduced to type, key names and registry hosts at
 * once, ConfigMaps to key names. Objects without uid (`kubectl create --dry-run`, a pasted manifest) get one from
 * their kind and name, so that events and owners still find them.
 */
export function offlineCluster({ objects, listedKinds }: Manifests): OfflineCluster {
  const stores = createStores();
  const context: ToModelContext = { hash: createValueHash(randomBytes(32)), odd: () => undefined };
  const given = new Set<KindName>();
  const unused = new Map<string, number>();
  const secrets = new Map<string, SecretFacts>();
  const configMaps = new Map<string, { keys: readonly string[] }>();
  const accounts = new Map<string, { imagePullSecrets: readonly string[] }>();
  const uids = uidsOf(objects);
  for (const object of objects) {
    const kind = kindOf(object);
    const key = keyOf(object);
    const name = KIND_NAMES[kind];
    if (name) {
      given.add(name);
      put(stores, { name, object: identified(object, uids), context });
    } else if (kind === 'Secret') secrets.set(key, secretFacts(object));
    else if (kind === 'ConfigMap') configMaps.set(key, { keys: configMapKeys(object) });
    else if (kind === 'ServiceAccount') accounts.set(key, { imagePullSecrets: pullSecrets(object) });
    else unused.set(kind, (unused.get(kind) ?? 0) + 1);
  }
  return {
    stores,
    hasKind: (kind) => given.has(kind),
    pullSecrets: pullSecretsByName(secrets),
    unused,
    references: {
      get: ({ template, meta: { namespace } }) => {
        const named = namesIn(template);
        const look = <T>(known: Known<T>, kind: string) =>
          lookupIn(known, { namespace, isComplete: listedKinds.has(kind) && hasNamespace(known, namespace) });
        const secret = look(secrets, 'Secret');
        const configMap = look(configMaps, 'ConfigMap');
        return {
          secrets: new Map(named.secrets.map((name) => [name, secret(name)])),
          configMaps: new Map(named.configMaps.map((name) => [name, configMap(name)])),
          serviceAccount: look(accounts, 'ServiceAccount')(template.serviceAccountName),
          secretNames: namesOf(secrets, namespace),
          configMapNames: namesOf(configMaps, namespace),
        };
      },
    },
  };
}

function put<K extends KindName>(
  stores: Stores,
  { name, object, context }: { name: K; object: Wire; context: ToModelContext },
): void {
  // The compiler cannot tie the union's members to K.
  const store = stores[name] as unknown as Store<ModelByKind[K]>;
  store.upsert(KINDS[name].toModel(object, context));
}

const keyOf = (object: Wire): string => {
  const meta = asWire(object['metadata']);
  return `${asText(meta['namespace'])}/${asText(meta['name'])}`;
};

/** "Pod/shop/web-1" -> its uid; the name itself where none was given. */
function uidsOf(objects: readonly Wire[]): ReadonlyMap<string, string> {
  return new Map(
    objects.map((object) => {
      const name = `${kindOf(object)}/${keyOf(object)}`;
      return [name, asText(asWire(object['metadata'])['uid'], '') || name];
    }),
  );
}

/** With the uids that were left out: its own, and that of the object an event is about. */
function identified(object: Wire, uids: ReadonlyMap<string, string>): Wire {
  const metadata = asWire(object['metadata']);
  const uid = uids.get(`${kindOf(object)}/${keyOf(object)}`);
  const about = asWire(object['involvedObject']);
  const known = uids.get(`${asText(about['kind'])}/${asText(about['namespace'])}/${asText(about['name'])}`);
  const regarding =
    asText(about['uid']) === '' && known !== undefined ? { involvedObject: { ...about, uid: known } } : {};
  return { ...object, ...regarding, metadata: { ...metadata, uid } };
}

function secretFacts(object: Wire): SecretFacts {
  const { type, keys, registryHosts, malformed, dataUpdatedAt, tokenExpiresAt } = secretSummary(object);
  return { type, keys, registryHosts: registryHosts ?? [], malformed, dataUpdatedAt, tokenExpiresAt };
}

const configMapKeys = (object: Wire): readonly string[] =>
  [...Object.keys(asWire(object['data'])), ...Object.keys(asWire(object['binaryData']))].toSorted();

const pullSecrets = (object: Wire): readonly string[] =>
  asWires(object['imagePullSecrets']).map((secret) => asText(secret['name']));

/** A single `kubectl get secret x` says nothing about the others: only from a list a name can be missing. */
function lookupIn<T>(known: Known<T>, { namespace, isComplete }: { namespace: string; isComplete: boolean }) {
  return (name: string) => {
    const value = known.get(`${namespace}/${name}`);
    if (value !== undefined) return { state: 'exists', value } as const;
    return isComplete ? ({ state: 'missing' } as const) : ({ state: 'unchecked' } as const);
  };
}

function pullSecretsByName(secrets: Known<SecretFacts>): ReadonlyMap<string, readonly string[]> {
  const pulling = [...secrets].filter(([, { type }]) => PULL_SECRET_TYPES.has(type));
  const byName = Map.groupBy(pulling, ([key]) => key.slice(key.indexOf('/') + 1));
  return new Map(
    [...byName].map(([name, found]) => [name, found.map(([key]) => key.slice(0, key.indexOf('/')))]),
  );
}

const namesOf = (known: Known<unknown>, namespace: string): readonly string[] =>
  [...known.keys()]
    .filter((key) => key.startsWith(`${namespace}/`))
    .map((key) => key.slice(namespace.length + 1));

const hasNamespace = (known: Known<unknown>, namespace: string): boolean =>
  namesOf(known, namespace).length > 0;
