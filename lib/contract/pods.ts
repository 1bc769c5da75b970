import { z } from 'zod';
import { Timestamp } from './shared.ts';

/** Exactly the columns of `kubectl get pods -A`, plus what is needed to link. */
export const PodRowSchema = z.object({
  uid: z.string(),
  namespace: z.string(),
  name: z.string(),
  ready: z.string(),
  status: z.string(),
  restarts: z.number(),
  /** Finish time behind "(3m ago)". */
  restartedAt: Timestamp.optional(),
  createdAt: Timestamp,
  node: z.string().optional(),
  healthy: z.boolean(),
  incidentId: z.string().optional(),
});
export type PodRow = z.infer<typeof PodRowSchema>;

export const PodsResponse = z.object({ pods: z.array(PodRowSchema), serverNow: Timestamp });
export type PodsResponse = z.infer<typeof PodsResponse>;
