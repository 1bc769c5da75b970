import { ExecuteRequest } from '#lib/contract/actions.ts';
import { ClusterQuery } from '#lib/contract/cluster.ts';
import { route } from '#lib/server/route.ts';
import { runtime } from '#lib/server/runtime.ts';

export const GET = route({ access: 'read', query: ClusterQuery }, ({ query }) => ({
  receipts: runtime().cluster(query.cluster).receipts(),
}));

export const POST = route({ access: 'write', query: ClusterQuery, body: ExecuteRequest }, ({ query, body }) =>
  runtime().cluster(query.cluster).execute(body),
);
