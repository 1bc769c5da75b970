import { z } from 'zod';
import { ClusterStateSchema } from './cluster.ts';
import {
  CertaintySchema,
  FamilySchema,
  NextAttemptSchema,
  SeveritySchema,
  Timestamp,
  WorkloadRefSchema,
} from './shared.ts';
import { SharedCauseRowSchema } from './shared-cause.ts';

export const TimelineBarSchema = z.object({
  kind: z.enum(['run', 'run-not-ready', 'run-unknown', 'backoff', 'waiting']),
  fromAt: Timestamp,
  /** Absent: it still lasts. */
  toAt: Timestamp.optional(),
  delayMs: z.number().optional(),
});
export const TimelineMarkSchema = z.object({
  kind: z.enum(['crash', 'pull-failed', 'probe-failed']),
  at: Timestamp,
  /** Exit code as text for crashes. */
  label: z.string(),
  count: z.number().optional(),
});

/**
 * Rhythm of the worst container in the last hour. Between `createdAt` of its pod and `recordedFromAt` only what is
 * drawn is known; before `createdAt` there was no such pod.
 */
export const StripSchema = z.object({
  createdAt: Timestamp,
  recordedFromAt: Timestamp,
  bars: z.array(TimelineBarSchema),
  marks: z.array(TimelineMarkSchema),
  rolloutAt: z.array(Timestamp),
});

/** One row of the triage list. Small: travels over the event stream. */
export const IncidentRowSchema = z.object({
  id: z.string(),
  state: z.enum(['open', 'recovered']),
  severity: SeveritySchema,
  family: FamilySchema,
  sinceAt: Timestamp,
  recoveredAt: Timestamp.optional(),
  /** When the kubelet's back-off resets, for recovered incidents. */
  resetAt: Timestamp.optional(),
  /** By name: a uid is random, so nothing makes it shorter, and the list has no use for it. */
  workload: WorkloadRefSchema.omit({ uid: true }),
  causeId: z.string(),
  cause: z.string(),
  certainty: CertaintySchema,
  /** The word(s) kubectl shows: "CrashLoopBackOff". */
  reason: z.string(),
  ready: z.number(),
  desired: z.number(),
  pods: z.array(z.enum(['ready', 'not-ready', 'unscheduled', 'unknown'])),
  restarts: z.number(),
  next: NextAttemptSchema.optional(),
  lastChange: z.object({ text: z.string(), at: Timestamp, revision: z.number().optional() }).optional(),
  nodes: z.array(z.string()),
  strip: StripSchema,
});
export type IncidentRow = z.infer<typeof IncidentRowSchema>;
export type Strip = z.infer<typeof StripSchema>;

export const IncidentsResponse = z.object({
  incidents: z.array(IncidentRowSchema),
  /** What several of them have in common. */
  shared: z.array(SharedCauseRowSchema).optional(),
  /** What the list is worth: an empty one is good news only when this is `live`. */
  state: ClusterStateSchema.optional(),
});
export type IncidentsResponse = z.infer<typeof IncidentsResponse>;
