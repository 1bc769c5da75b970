import { z } from 'zod';
import { LogsQuery } from '#lib/contract/logs.ts';
import { byteResponse } from '#lib/live/byte-response.ts';
import { route } from '#lib/server/route.ts';
import { runtime } from '#lib/server/runtime.ts';

/** DNS labels and subdomains: nothing that could change the path of the request we send. */
const PodParams = z.object({
  namespace: z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'not a namespace name'),
  name: z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'not a pod name'),
});

export const GET = route(
  { access: 'read', params: PodParams, query: LogsQuery },
  async ({ params, query, signal }) => {
    const { shutdown } = runtime();
    const bytes = await runtime()
      .cluster(query.cluster)
      .logs(
        {
          namespace: params.namespace,
          pod: params.name,
          container: query.container,
          previous: query.previous === 'true',
          follow: query.follow === 'true',
          timestamps: query.timestamps === 'true',
          tail: query.tail,
        },
        AbortSignal.any([signal, shutdown]),
      );
    return byteResponse(bytes);
  },
);
