import type { ClusterChanges } from '#lib/kube/cluster-cache.ts';
import { KINDS, type KindName, type ModelByKind } from '#lib/kube/kinds.ts';
import { createStore, type Store } from '#lib/kube/store.ts';

export type FakeStores = { readonly [K in KindName]: Store<ModelByKind[K]> };

/** The stores of a cluster without an API server: a test puts objects in, changes come out as from the real caches. */
export function createFakeListers(
  onChanges: (changes: ClusterChanges) => void = () => undefined,
): FakeStores {
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
    jobs: store('jobs'),
    services: store('services'),
    endpointslices: store('endpointslices'),
  };
}
