import { PreviewRequest } from '#lib/contract/actions.ts';
import { ClusterQuery } from '#lib/contract/cluster.ts';
import { route } from '#lib/server/route.ts';
import { runtime } from '#lib/server/runtime.ts';

/** Reads and dry-runs; allowed in read-only mode, where the preview says that confirming is not. */
export const POST = route({ access: 'read', query: ClusterQuery, body: PreviewRequest }, ({ query, body }) =>
  runtime().cluster(query.cluster).preview(body),
);
