import { z } from 'zod';

/** Epoch milliseconds. */
export const Timestamp = z.number();
export const SeveritySchema = z.enum(['critical', 'warning', 'notice', 'unknown']);
export const CertaintySchema = z.enum(['proven', 'likely', 'possible', 'unknown']);
export const FamilySchema = z.enum([
  'image',
  'config',
  'crash',
  'readiness',
  'scheduling',
  'sandbox',
  'admission',
  'node',
  'eviction',
  'rollout',
  'job',
]);

export const WorkloadRefSchema = z.object({
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
});

export const NextAttemptSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('timed'),
    what: z.enum(['restart', 'pull']),
    attempt: z.number(),
    delayMs: z.number(),
    earlyAt: Timestamp,
    lateAt: Timestamp,
    source: z.enum(['message', 'events', 'estimated']),
  }),
  z.object({
    kind: z.literal('scheduled'),
    earlyAt: Timestamp,
    lateAt: Timestamp,
    schedule: z.string(),
    timeZone: z.string(),
    isZoneAssumed: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('untimed'), text: z.string() }),
]);

/** One changed field of a pod template. Env values never appear: only "set", "changed", "removed". */
export const FieldChangeSchema = z.object({
  path: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
});

/** What the dashboard can do; `rollback` names an explicit revision (never "the previous one"). */
export const ActionSpecSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('rollback'), toRevision: z.number().int().positive() }),
  z.object({
    type: z.literal('set-image'),
    container: z.string().min(1).max(253),
    image: z.string().min(1).max(1024),
  }),
]);
export type ActionSpec = z.infer<typeof ActionSpecSchema>;

export const EvidenceSchema = z.object({
  kind: z.enum(['field', 'event', 'log', 'object', 'diff']),
  text: z.string(),
  path: z.string().optional(),
  at: Timestamp.optional(),
});

/** What somebody can do without a button. */
export const AdviceSchema = z.object({
  title: z.string(),
  detail: z.string().optional(),
  commands: z.array(z.string()),
});
