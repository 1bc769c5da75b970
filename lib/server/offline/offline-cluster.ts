import { randomBytes } from 'node:crypto';
import { KINDS, type KindName, type ModelByKind } from '#lib/kube/kinds.ts';
import type { Store } from '#lib/kube/store.ts';
import { createStores, type Stores } from '#lib/kube/stores.ts';
import type { ToModelContext } from '#lib/kube/to-model/context.ts';
import { createValueHash } from '#lib/kube/to-model/value-hash.ts';
import { asText, asWire, type Wire } from '#lib/kube/to-model/wire.ts';
import type { PodReferences } from '#lib/server/cluster/pod-references.ts';
import { OfflineReferences } from './offline-references.ts';
import { kindOf, type Manifests } from './read-manifests.ts';

/** A cluster that was written to a file. */
export type OfflineCluster = {
  readonly stores: Stores;
  /** Kinds of which there is at least one object, or a list: only of these "not here" means "does not exist". */
  readonly hasKind: (kind: KindName) => boolean;
  readonly references: Pick<PodReferences, 'get' | 'limitsIn'>;
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
  ControllerRevision: 'controllerrevisions',
  Job: 'jobs',
  CronJob: 'cronjobs',
  Service: 'services',
  EndpointSlice: 'endpointslices',
};

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
  const known = new OfflineReferences(listedKinds);
  const uids = uidsOf(objects);
  for (const object of objects) {
    const kind = kindOf(object);
    const name = KIND_NAMES[kind];
    if (name) {
      given.add(name);
      put(stores, { name, object: identified(object, uids), context });
    } else if (!known.add(kind, identified(object, uids))) unused.set(kind, (unused.get(kind) ?? 0) + 1);
  }
  return {
    stores,
    hasKind: (kind) => given.has(kind),
    pullSecrets: known.pullSecrets(),
    unused,
    references: known,
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
