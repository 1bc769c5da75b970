import { z } from 'zod';
import { ClusterQuery } from '#lib/contract/cluster.ts';
import { AppError } from '#lib/server/app-error.ts';
import { route } from '#lib/server/route.ts';
import { runtime } from '#lib/server/runtime.ts';

const IncidentParams = z.object({ id: z.string().regex(/^[a-z0-9]{1,64}$/, 'not an incident id') });

export const GET = route(
  { access: 'read', params: IncidentParams, query: ClusterQuery },
  async ({ params, query }) => {
    const incident = await runtime().cluster(query.cluster).incident(params.id);
    if (!incident) {
      throw new AppError('not_found', `No incident ${params.id}.`, {
        hint: 'It may have recovered more than half an hour ago, or belong to another cluster.',
      });
    }
    return incident;
  },
);
