import { randomBytes } from 'node:crypto';
import type { KindState } from '#lib/contract/cluster.ts';
import type { Clock } from './clock.ts';
import type { ClusterConnection } from './connection.ts';
import { createInformer, type Informer, type KubeReport } from './informer.ts';
import { KIND_NAMES, KINDS, type KindName, type ModelByKind } from './kinds.ts';
import type { Change, Lister } from './store.ts';
import { SharedValues } from './to-model/shared-values.ts';
import { createValueHash, type ValueHash } from './to-model/value-hash.ts';

/** Changes of one kind, in order; one list or one piece of a watch at a time. */
export type ClusterChanges = {
  [K in KindName]: { readonly kind: K; readonly changes: readonly Change<ModelByKind[K]>[] };
}[KindName];

/** A live copy of what the product watches: one lister per kind (`cache.pods.by('owner', uid)`). */
export type ClusterCache = { readonly [K in KindName]: Lister<ModelByKind[K]> } & {
  /** Called synchronously after the listers have changed. Returns the way out. */
  subscribe(listener: (changes: ClusterChanges) => void): () => void;
  /** Called when a kind's state, message or retry time changes. Returns the way out. */
  onState(listener: (state: KindState) => void): () => void;
  states(): readonly KindState[];
  /** Runs until the signal aborts; resolves when every loop has ended. Never rejects. */
  start(signal: AbortSignal): Promise<void>;
  /** The keyed hash behind `valueHash` and `template.hash`: for comparing a fresh read with the cache. */
  readonly hash: ValueHash;
};

export type ClusterCacheOptions = {
  readonly connection: Pick<ClusterConnection, 'request'>;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Watch these namespaces only. Nodes stay cluster-scoped, and may then be forbidden. */
  readonly namespaces?: readonly string[];
  readonly report: (report: KubeReport) => void;
  /** Key of the value hash; one per process. */
  readonly hashKey?: Uint8Array;
  readonly silenceMs?: number;
  readonly watchList?: boolean;
};

export function createClusterCache({
  hashKey = randomBytes(32),
  ...options
}: ClusterCacheOptions): ClusterCache {
  const hash = createValueHash(hashKey);
  const values = new SharedValues();
  const changeListeners = new Set<(changes: ClusterChanges) => void>();
  const stateListeners = new Set<(state: KindState) => void>();

  /** A listener that fails is reported; it must not look like a failure of the API server. */
  const notify = <T>(kind: KindName, listeners: ReadonlySet<(value: T) => void>, value: T) => {
    for (const listener of listeners) {
      try {
        listener(value);
      } catch (error) {
        options.report({
          kind,
          what: 'listener',
          message: error instanceof Error ? error.message : String(error),
        });
      }
    }
  };

  const informerOf = <K extends KindName>(kind: K): Informer<ModelByKind[K]> =>
    createInformer<ModelByKind[K]>({
      ...options,
      hash,
      values,
      kind: KINDS[kind],
      // The compiler cannot tie the union's members to K.
      onChanges: (changes) => notify(kind, changeListeners, { kind, changes } as ClusterChanges),
      onState: (state) => notify(kind, stateListeners, state),
    });

  const informers = {
    pods: informerOf('pods'),
    events: informerOf('events'),
    nodes: informerOf('nodes'),
    deployments: informerOf('deployments'),
    replicasets: informerOf('replicasets'),
    statefulsets: informerOf('statefulsets'),
    daemonsets: informerOf('daemonsets'),
    controllerrevisions: informerOf('controllerrevisions'),
    jobs: informerOf('jobs'),
    cronjobs: informerOf('cronjobs'),
    services: informerOf('services'),
    endpointslices: informerOf('endpointslices'),
  } satisfies { [K in KindName]: Informer<ModelByKind[K]> };

  return {
    pods: informers.pods.lister,
    events: informers.events.lister,
    nodes: informers.nodes.lister,
    deployments: informers.deployments.lister,
    replicasets: informers.replicasets.lister,
    statefulsets: informers.statefulsets.lister,
    daemonsets: informers.daemonsets.lister,
    controllerrevisions: informers.controllerrevisions.lister,
    jobs: informers.jobs.lister,
    cronjobs: informers.cronjobs.lister,
    services: informers.services.lister,
    endpointslices: informers.endpointslices.lister,
    hash,
    subscribe: (listener) => join(changeListeners, listener),
    onState: (listener) => join(stateListeners, listener),
    states: () => KIND_NAMES.map((kind) => informers[kind].state()),
    async start(signal) {
      await Promise.all(KIND_NAMES.map((kind) => informers[kind].run(signal)));
    },
  };
}

function join<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
