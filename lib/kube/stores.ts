import type { ClusterChanges } from './cluster-cache.ts';
import { KINDS, type KindName, type ModelByKind } from './kinds.ts';
import { createStore, type Store } from './store.ts';

export type Stores = { readonly [K in KindName]: Store<ModelByKind[K]> };

/** The stores of a cluster without an API server: somebody puts objects in, changes come out as from the informers. */
export function createStores(onChanges: (changes: ClusterChanges) => void = () => undefined): Stores {
  const store = <K extends KindName>(kind: K): Store<ModelByKind[K]> =>
    createStore<ModelByKind[K]>({
      identity: KINDS[kind].identity,
      indexes: KINDS[kind].indexes,
      // The compiler cannot tie the union's members to K.
      onChanges: (changes) => onChanges({ kind, changes } as ClusterChanges),
    });
  return {
    pods: store('pods'),
    events: store('events'),
    nodes: store('nodes'),
    deployments: store('deployments'),
    replicasets: store('replicasets'),
    statefulsets: store('statefulsets'),
    daemonsets: store('daemonsets'),
    controllerrevisions: store('controllerrevisions'),
    jobs: store('jobs'),
    cronjobs: store('cronjobs'),
    services: store('services'),
    endpointslices: store('endpointslices'),
  };
}
