import { z } from 'zod';
import { Timestamp } from './shared.ts';

export const KindStateSchema = z.object({
  /** Resource name: 'pods', 'events', 'deployments', ... */
  kind: z.string(),
  state: z.enum(['syncing', 'live', 'stale', 'forbidden', 'absent']),
  /** When this state began. */
  sinceAt: Timestamp,
  /** Last moment the API server confirmed what we show (list, event or bookmark). */
  confirmedAt: Timestamp.optional(),
  retryAt: Timestamp.optional(),
  message: z.string().optional(),
  objects: z.number(),
  /** Of the namespaces that are watched, those where this kind may not be listed while it is shown for the others. */
  forbiddenIn: z.array(z.string()).optional(),
});
export type KindState = z.infer<typeof KindStateSchema>;

/**
 * Worst of the kinds that matter: live, syncing (first load), stale, unreachable (never answered), or blind: pods may
 * not be listed, so an empty list of incidents says nothing.
 */
export const ClusterStateSchema = z.enum(['syncing', 'live', 'stale', 'unreachable', 'blind']);

export const ClusterViewSchema = z.object({
  /** The context name; part of every URL as `?cluster=`. */
  name: z.string(),
  server: z.string(),
  /** The only ones that are watched; absent: all. */
  namespaces: z.array(z.string()).optional(),
  /** Of `namespaces`, those that do not exist: nothing being broken there means nothing. */
  missingNamespaces: z.array(z.string()).optional(),
  sandbox: z.boolean(),
  readOnly: z.boolean(),
  /** `insecure-skip-tls-verify` is on: must be shown. */
  insecureTls: z.boolean(),
  user: z.string(),
  state: ClusterStateSchema,
  confirmedAt: Timestamp.optional(),
  staleSinceAt: Timestamp.optional(),
  retryAt: Timestamp.optional(),
  message: z.string().optional(),
  kinds: z.array(KindStateSchema),
  pods: z.number(),
  workloads: z.number(),
});
export type ClusterView = z.infer<typeof ClusterViewSchema>;

export const ClustersResponse = z.object({
  current: z.string(),
  clusters: z.array(z.object({ name: z.string(), server: z.string(), started: z.boolean() })),
});
export type ClustersResponse = z.infer<typeof ClustersResponse>;

/** Which cluster (kubeconfig context) is meant; without it the current one. */
export const ClusterQuery = z.object({ cluster: z.string().min(1).max(512).optional() });
