import { z } from 'zod';
import { ActionSpecSchema, FieldChangeSchema, Timestamp, WorkloadRefSchema } from './shared.ts';

/** Kinds that keep their old templates: what can be undone, and whose image can be set. */
export const ActionKindSchema = z.enum(['Deployment', 'StatefulSet', 'DaemonSet']);
export type ActionKind = z.infer<typeof ActionKindSchema>;

export const ActionTargetSchema = z.object({
  kind: ActionKindSchema,
  namespace: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
    .max(63),
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
    .max(253),
});
export type ActionTarget = z.infer<typeof ActionTargetSchema>;

/** POST /api/actions/preview?cluster= : reads fresh, dry-runs, writes nothing. */
export const PreviewRequest = z.object({ target: ActionTargetSchema, action: ActionSpecSchema });
export type PreviewRequest = z.infer<typeof PreviewRequest>;

export const CheckSchema = z.object({
  result: z.enum(['pass', 'fail', 'note', 'unknown']),
  name: z.string(),
  sentence: z.string(),
});

/** What the confirm must be based on: if the object differs when executing, the answer is 409 and a new preview. */
export const PreconditionSchema = z.object({ uid: z.string(), templateHash: z.string() });

export const ActionPreview = z.object({
  target: WorkloadRefSchema,
  action: ActionSpecSchema,
  title: z.string(),
  effect: z.string(),
  confirmLabel: z.string(),
  changes: z.array(FieldChangeSchema),
  checks: z.array(CheckSchema),
  /** Non-empty: confirm is disabled and these sentences say why. */
  refusals: z.array(z.string()),
  /** How to make it stay when something else manages the object. */
  advice: z.object({ text: z.string(), command: z.string().optional() }).optional(),
  /** What is left to do by hand, because the new template does not reach every pod by itself. */
  afterwards: z.object({ text: z.string(), commands: z.array(z.string()) }).optional(),
  kubectl: z.string(),
  precondition: PreconditionSchema,
  checkedAt: Timestamp,
});
export type ActionPreview = z.infer<typeof ActionPreview>;

/** POST /api/actions?cluster= : `intentId` is made by the browser once per dialog; the same id never patches twice. */
export const ExecuteRequest = z.object({
  intentId: z.uuid(),
  target: ActionTargetSchema,
  action: ActionSpecSchema,
  precondition: PreconditionSchema,
  reason: z.string().max(500),
});
export type ExecuteRequest = z.infer<typeof ExecuteRequest>;

/** In kubectl's terms; `done` and `failed` are final. */
export const RolloutStatusSchema = z.object({
  state: z.enum(['waiting', 'progressing', 'done', 'failed', 'superseded', 'unknown']),
  message: z.string(),
  revision: z.number().optional(),
  updated: z.number(),
  ready: z.number(),
  available: z.number(),
  desired: z.number(),
});
export type RolloutStatus = z.infer<typeof RolloutStatusSchema>;

export const ActionReceipt = z.object({
  intentId: z.string(),
  cluster: z.string(),
  actor: z.string(),
  at: Timestamp,
  target: WorkloadRefSchema,
  action: ActionSpecSchema,
  reason: z.string(),
  title: z.string(),
  changes: z.array(FieldChangeSchema),
  kubectl: z.string(),
  /** 'running': in flight. 'done': the API server accepted the write. 'refused': nothing was written. 'unknown': no answer. */
  outcome: z.enum(['running', 'done', 'refused', 'failed', 'unknown']),
  message: z.string().optional(),
  rollout: RolloutStatusSchema.optional(),
});
export type ActionReceipt = z.infer<typeof ActionReceipt>;

export const ReceiptsResponse = z.object({ receipts: z.array(ActionReceipt) });
export type ReceiptsResponse = z.infer<typeof ReceiptsResponse>;
