import type { ClusterView } from '#lib/contract/cluster.ts';
import type { ClusterCache } from '#lib/kube/cluster-cache.ts';
import type { ClusterConnection } from '#lib/kube/connection.ts';
import { clusterView } from '#lib/views/cluster-view.ts';

export type WatchedCluster = {
  readonly connection: Pick<ClusterConnection, 'context' | 'server' | 'insecureTls' | 'user'>;
  readonly cache: Pick<ClusterCache, 'states' | 'pods' | 'deployments' | 'statefulsets' | 'daemonsets'>;
  readonly namespaces: readonly string[];
  /** Of these, those that do not exist. */
  readonly missing: readonly string[];
  readonly sandbox: boolean;
  readonly readOnly: boolean;
  /** The API server's clock minus ours (ms). */
  readonly skewMs: number;
  /** All pods were judged once. */
  readonly isJudged: boolean;
};

/** What is known of the connection to a cluster, in the cluster's time. */
export function watchedView(watched: WatchedCluster): ClusterView {
  const { connection, cache, namespaces, missing, sandbox, readOnly, skewMs } = watched;
  const shifted = (at: number | undefined) => (at === undefined ? undefined : at + skewMs);
  const view = clusterView({
    name: connection.context,
    server: connection.server,
    namespaces: namespaces.length > 0 ? [...namespaces] : undefined,
    missingNamespaces: missing.length > 0 ? [...missing] : undefined,
    sandbox,
    readOnly,
    insecureTls: connection.insecureTls,
    user: connection.user,
    kinds: cache.states().map((state) => ({
      ...state,
      sinceAt: state.sinceAt + skewMs,
      confirmedAt: shifted(state.confirmedAt),
      retryAt: shifted(state.retryAt),
    })),
    pods: cache.pods.size,
    workloads: cache.deployments.size + cache.statefulsets.size + cache.daemonsets.size,
  });
  // Listed is not judged: until then an empty list would claim that nothing is broken.
  return view.state === 'live' && !watched.isJudged ? { ...view, state: 'syncing' } : view;
}
