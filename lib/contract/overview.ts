import { z } from 'zod';
import { FamilySchema, Timestamp } from './shared.ts';

export const OverviewSchema = z.object({
  /** Recording began here (process start); nothing earlier is claimed. */
  recordedFromAt: Timestamp,
  serverNow: Timestamp,
  open: z.number(),
  recovered: z.number(),
  unhealthyPods: z.number(),
  pods: z.number(),
  workloads: z.number(),
  restarts: z.number(),
  /** Samples on change, at most one per 10 s; step function. */
  samples: z.array(
    z.object({
      at: Timestamp,
      unhealthyPods: z.number(),
      byFamily: z.partialRecord(FamilySchema, z.number()),
    }),
  ),
  byCause: z.array(
    z.object({ causeId: z.string(), title: z.string(), incidents: z.number(), pods: z.number() }),
  ),
  longestOpen: z.array(
    z.object({
      id: z.string(),
      namespace: z.string(),
      name: z.string(),
      cause: z.string(),
      sinceAt: Timestamp,
    }),
  ),
  mostRestarts: z.array(
    z.object({ id: z.string().optional(), namespace: z.string(), name: z.string(), restarts: z.number() }),
  ),
});
export type Overview = z.infer<typeof OverviewSchema>;
