import { z } from 'zod';
import { ClusterViewSchema } from './cluster.ts';
import { IncidentRowSchema } from './incident-row.ts';
import { SharedCauseRowSchema } from './shared-cause.ts';

/**
 * Messages of GET /api/stream?cluster= (text/event-stream; one JSON object per `data:` line, `event:` = type).
 * `snapshot` replaces everything. `delta` is applied in order. `cluster` carries the connection state.
 * `shared` replaces the shared causes; they may name incidents a delta is still to bring.
 * `changed` names SWR key prefixes to ask for again ("/api/incidents/ab12", "/api/pods", "/api/overview", "/api/actions").
 */
export const StreamMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    serverNow: z.number(),
    cluster: ClusterViewSchema,
    incidents: z.array(IncidentRowSchema),
    shared: z.array(SharedCauseRowSchema).optional(),
  }),
  z.object({
    type: z.literal('delta'),
    serverNow: z.number(),
    upserts: z.array(IncidentRowSchema),
    removes: z.array(z.string()),
  }),
  z.object({
    type: z.literal('shared'),
    serverNow: z.number(),
    shared: z.array(SharedCauseRowSchema),
  }),
  z.object({ type: z.literal('cluster'), serverNow: z.number(), cluster: ClusterViewSchema }),
  z.object({ type: z.literal('changed'), keys: z.array(z.string()) }),
]);
export type StreamMessage = z.infer<typeof StreamMessage>;
