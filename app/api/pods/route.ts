import { ClusterQuery } from '#lib/contract/cluster.ts';
import { route } from '#lib/server/route.ts';
import { runtime } from '#lib/server/runtime.ts';

export const GET = route({ access: 'read', query: ClusterQuery }, ({ query }) => ({
  pods: runtime().cluster(query.cluster).pods(),
  serverNow: Date.now(),
}));
