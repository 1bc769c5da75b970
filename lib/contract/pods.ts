import { z } from 'zod';
import { KindStateSchema } from './cluster.ts';
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

/** So many rows are one page: two screens of them, some 5 KB compressed. */
export const PODS_PER_PAGE = 100;

export const PodSort = z.enum(['name', 'status', 'restarts', 'age', 'node']);
export type PodSort = z.infer<typeof PodSort>;

/** Query of GET /api/pods. */
export const PodsQuery = z.object({
  cluster: z.string().min(1).max(512).optional(),
  /** Words that all have to be in namespace/name, status or node. */
  q: z.string().max(512).default(''),
  /** Equal ones follow each other by namespace and name. `age` is the youngest first. */
  sort: PodSort.default('name'),
  order: z.enum(['asc', 'desc']).default('asc'),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(PODS_PER_PAGE),
});
export type PodsQuery = z.infer<typeof PodsQuery>;

export const PodsResponse = z.object({
  /** The rows from `offset` on. */
  pods: z.array(PodRowSchema),
  /** How many fit the words. */
  matching: z.number(),
  /** How many there are. */
  total: z.number(),
  /** What the list is worth: an empty one means "no pods" only when this is `live`. */
  state: KindStateSchema.shape.state,
  serverNow: Timestamp,
});
export type PodsResponse = z.infer<typeof PodsResponse>;
