import { PodsQuery } from '#lib/contract/pods.ts';
import { route } from '#lib/server/route.ts';
import { runtime } from '#lib/server/runtime.ts';

export const GET = route({ access: 'read', query: PodsQuery }, ({ query }) =>
  runtime().cluster(query.cluster).pods(query),
);
