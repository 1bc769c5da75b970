import { z } from 'zod';
import { ClusterQuery } from '#lib/contract/cluster.ts';
import { AppError } from '#lib/server/app-error.ts';
import { route } from '#lib/server/route.ts';
import { runtime } from '#lib/server/runtime.ts';

const ReceiptParams = z.object({ intentId: z.uuid() });

export const GET = route(
  { access: 'read', params: ReceiptParams, query: ClusterQuery },
  ({ params, query }) => {
    const receipt = runtime().cluster(query.cluster).receipt(params.intentId);
    if (!receipt) throw new AppError('not_found', `No receipt of action ${params.intentId}.`);
    return receipt;
  },
);
