import { ClusterQuery } from '#lib/contract/cluster.ts';
import { route } from '#lib/server/route.ts';
import { runtime } from '#lib/server/runtime.ts';

export const GET = route({ access: 'read', query: ClusterQuery }, ({ query }) => ({
  incidents: runtime().cluster(query.cluster).incidents(),
}));
