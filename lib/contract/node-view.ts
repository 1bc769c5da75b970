import { z } from 'zod';
import { Timestamp, WorkloadRefSchema } from './shared.ts';

/** When a pod leaves its node. `leaving`: it was told to, and nobody has confirmed that it is gone. */
export const PodFateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('at'), at: Timestamp }),
  z.object({ kind: z.literal('leaving'), since: Timestamp }),
  z.object({ kind: z.literal('never') }),
  z.object({ kind: z.literal('unknown') }),
]);
export type PodFate = z.infer<typeof PodFateSchema>;

export const NodePodSchema = z.object({
  uid: z.string(),
  namespace: z.string(),
  name: z.string(),
  /** As kubectl prints it; old when the node does not report. */
  status: z.string(),
  workload: WorkloadRefSchema.omit({ uid: true }),
  suffers: z.boolean(),
  /** Where what it suffers from, or its workload does, is told. */
  incident: z.object({ id: z.string(), cause: z.string() }).optional(),
  fate: PodFateSchema.optional(),
});

/** A node as its incident shows it. */
export const NodeViewSchema = z.object({
  name: z.string(),
  cordoned: z.boolean(),
  createdAt: Timestamp,
  /** When its kubelet last wrote the node's status; absent when it never did. */
  reportedAt: Timestamp.optional(),
  kubelet: z.string(),
  runtime: z.string(),
  /** The machine at its provider, where that is known. */
  machine: z.string().optional(),
  conditions: z.array(
    z.object({
      type: z.string(),
      status: z.enum(['True', 'False', 'Unknown']),
      isBad: z.boolean(),
      reason: z.string(),
      message: z.string(),
      since: Timestamp.optional(),
    }),
  ),
  taints: z.array(z.object({ text: z.string(), addedAt: Timestamp.optional() })),
  resources: z.array(
    z.object({
      name: z.string(),
      capacity: z.string(),
      allocatable: z.string(),
      requested: z.string(),
      /** Of what is allocatable, 0.62 is 62 %; absent when that is not known. */
      share: z.number().optional(),
    }),
  ),
  /** Some pods may not be looked at: what is requested is at least this. */
  seesAllPods: z.boolean(),
  /** Those that suffer first. */
  pods: z.array(NodePodSchema),
  podCount: z.number(),
  /** What happens by itself, a sentence each. */
  outlook: z.array(z.string()),
});
export type NodeView = z.infer<typeof NodeViewSchema>;
