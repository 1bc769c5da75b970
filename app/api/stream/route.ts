import { ClusterQuery } from '#lib/contract/cluster.ts';
import { eventStream } from '#lib/live/sse.ts';
import { route } from '#lib/server/route.ts';
import { runtime } from '#lib/server/runtime.ts';

export const GET = route({ access: 'read', query: ClusterQuery }, ({ query, signal }) => {
  const { shutdown } = runtime();
  const source = runtime().cluster(query.cluster);
  return eventStream({ signal, shutdown, subscribe: (send) => source.subscribe(({ bytes }) => send(bytes)) });
});
