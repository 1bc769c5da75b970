import { z } from 'zod';
import { KindStateSchema } from './cluster.ts';

/** GET /api/healthz : the process answers; says nothing about the cluster. */
export const HealthzResponse = z.object({ status: z.literal('ok'), version: z.string() });
export type HealthzResponse = z.infer<typeof HealthzResponse>;

/** GET /api/readyz : status 200 when `ready`, else 503. A cluster that does not answer leaves its kinds syncing. */
export const ReadyzResponse = z.object({
  ready: z.boolean(),
  clusters: z.array(
    z.object({
      name: z.string(),
      ready: z.boolean(),
      kinds: z.array(KindStateSchema.pick({ kind: true, state: true })),
    }),
  ),
});
export type ReadyzResponse = z.infer<typeof ReadyzResponse>;
