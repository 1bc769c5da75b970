import { ClusterQuery } from '#lib/contract/cluster.ts';
import { route } from '#lib/server/route.ts';
import { runtime } from '#lib/server/runtime.ts';

export const GET = route({ access: 'read', query: ClusterQuery }, ({ query }) => {
  const cluster = runtime().cluster(query.cluster);
  return { incidents: cluster.incidents(), shared: cluster.shared(), state: cluster.view().state };
});
