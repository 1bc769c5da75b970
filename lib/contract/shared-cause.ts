import { z } from 'zod';
import { AdviceSchema, CertaintySchema, EvidenceSchema, SeveritySchema, Timestamp } from './shared.ts';

/**
 * One cause behind several incidents of the list: a row above them. It names and counts only what the list itself
 * holds, so whoever may see the list may see this.
 */
export const SharedCauseRowSchema = z.object({
  id: z.string(),
  state: z.enum(['open', 'recovered']),
  severity: SeveritySchema,
  sinceAt: Timestamp,
  recoveredAt: Timestamp.optional(),
  causeId: z.string(),
  /** Under 38 characters. */
  cause: z.string(),
  sentence: z.string(),
  certainty: CertaintySchema,
  factor: z.object({
    kind: z.enum([
      'registry',
      'image',
      'secret',
      'config-map',
      'service-account',
      'quota',
      'webhook',
      'dependency',
      'node',
      'namespace',
      'error',
      'cluster',
    ]),
    name: z.string(),
    namespace: z.string().optional(),
    node: z.string().optional(),
  }),
  /** Incident ids; some may not have arrived yet, or have left already. */
  members: z.array(z.string()),
  /** Members that still fail. */
  failing: z.number(),
  workloads: z.number(),
  namespaces: z.array(z.string()),
  nodes: z.array(z.string()),
  /** Failing pods. */
  pods: z.number(),
  supports: z.array(EvidenceSchema),
  /** What speaks against it, and what nobody tried. */
  doubts: z.array(z.string()),
  remedies: z.array(AdviceSchema),
});
export type SharedCauseRow = z.infer<typeof SharedCauseRowSchema>;
