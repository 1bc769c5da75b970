import { z } from 'zod';
import { IncidentRowSchema, TimelineBarSchema, TimelineMarkSchema } from './incident-row.ts';
import { NodeViewSchema } from './node-view.ts';
import {
  ActionSpecSchema,
  AdviceSchema,
  CertaintySchema,
  EvidenceSchema,
  FieldChangeSchema,
  NextAttemptSchema,
  Timestamp,
} from './shared.ts';

/** An action button: always present, disabled with the sentences that refuse it. */
export const OfferedActionSchema = z.object({
  spec: ActionSpecSchema.optional(),
  type: z.enum(['rollback', 'set-image']),
  label: z.string(),
  refusals: z.array(z.string()),
  kubectl: z.string(),
});

export const RemedySchema = AdviceSchema.extend({ action: OfferedActionSchema.optional() });

export const FindingViewSchema = z.object({
  causeId: z.string(),
  certainty: CertaintySchema,
  title: z.string(),
  sentence: z.string(),
  raw: z.string().optional(),
  container: z.string().optional(),
  evidence: z.array(EvidenceSchema),
  candidates: z.array(z.object({ causeId: z.string(), sentence: z.string(), check: z.string() })),
  unchecked: z.array(z.object({ what: z.string(), permission: z.string().optional() })),
  remedies: z.array(RemedySchema),
});
export type FindingView = z.infer<typeof FindingViewSchema>;

export const ContainerViewSchema = z.object({
  name: z.string(),
  role: z.enum(['init', 'sidecar', 'app', 'ephemeral']),
  image: z.string(),
  imageId: z.string(),
  /** 'Running', 'CrashLoopBackOff', 'Terminated: Error', ... */
  state: z.string(),
  message: z.string().optional(),
  ready: z.boolean(),
  restartCount: z.number(),
  lastExit: z
    .object({
      exitCode: z.number(),
      reason: z.string(),
      startedAt: Timestamp.optional(),
      finishedAt: Timestamp,
    })
    .optional(),
  ports: z.array(z.string()),
  probes: z.array(z.object({ type: z.enum(['liveness', 'readiness', 'startup']), text: z.string() })),
  requests: z.record(z.string(), z.string()),
  limits: z.record(z.string(), z.string()),
  /** Which logs can be asked for. */
  logs: z.object({ current: z.boolean(), previous: z.boolean() }),
});

/** One lane of the timeline: a container of a pod (also of a pod that is gone since we watch). */
export const LaneSchema = z.object({
  pod: z.string(),
  container: z.string(),
  restarts: z.number(),
  gone: z.boolean(),
  createdAt: Timestamp,
  recordedFromAt: Timestamp,
  bars: z.array(TimelineBarSchema),
  marks: z.array(TimelineMarkSchema),
  next: NextAttemptSchema.optional(),
  /** The kubelet forgets the back-off when the container has run this long. */
  resetAt: Timestamp.optional(),
});
export type Lane = z.infer<typeof LaneSchema>;

export const PodViewSchema = z.object({
  name: z.string(),
  uid: z.string(),
  status: z.string(),
  ready: z.string(),
  node: z.string().optional(),
  createdAt: Timestamp,
  /** Accepted, scheduled, initialised, containers ready, ready: where the pod stands on its way. */
  stages: z.array(
    z.object({ name: z.string(), at: Timestamp.optional(), done: z.boolean(), failed: z.boolean() }),
  ),
  containers: z.array(ContainerViewSchema),
});
export type PodView = z.infer<typeof PodViewSchema>;

export const EntrySchema = z.object({
  id: z.string(),
  at: Timestamp,
  firstAt: Timestamp,
  count: z.number(),
  source: z.enum(['rollout', 'container', 'event', 'transition', 'action']),
  tone: z.enum(['bad', 'good', 'neutral']),
  subject: z.string(),
  title: z.string(),
  detail: z.string().optional(),
});

export const RevisionViewSchema = z.object({
  number: z.number(),
  /** What the controller keeps it in. */
  kind: z.enum(['ReplicaSet', 'ControllerRevision']),
  name: z.string(),
  images: z.array(z.string()),
  createdAt: Timestamp,
  /** When it became the current one; absent where nothing tells. */
  rolledOutAt: Timestamp.optional(),
  /** It was rolled back to, and had another number before. */
  wasReturnedTo: z.boolean(),
  /** The numbers it had before, where they are known. */
  pastRevisions: z.array(z.number()).optional(),
  changeCause: z.string().optional(),
  isCurrent: z.boolean(),
  ready: z.number(),
  desired: z.number(),
  fullyAvailableMs: z.number().optional(),
  restarts: z.number(),
  /** 'proven': was fully available for 10 min or has ready pods now; 'unproven': best guess. */
  lastGood: z.enum(['proven', 'unproven']).optional(),
  /** Changes from this revision to the current one. */
  diffToCurrent: z.array(FieldChangeSchema),
  rollback: OfferedActionSchema,
});
export type RevisionView = z.infer<typeof RevisionViewSchema>;

/** One time at which a revision became the current one; what was rolled back to did so twice. */
export const RolloutSchema = z.object({
  /** The number it got then; absent where nobody keeps it. */
  number: z.number().optional(),
  at: Timestamp,
  isCurrent: z.boolean(),
  images: z.array(z.string()),
  lastGood: z.enum(['proven', 'unproven']).optional(),
});
export type RolloutView = z.infer<typeof RolloutSchema>;

export const LogTailSchema = z.object({
  pod: z.string(),
  container: z.string(),
  previous: z.boolean(),
  /** Which crash it belongs to: restartCount at that time. */
  crash: z.number().optional(),
  exitCode: z.number().optional(),
  finishedAt: Timestamp.optional(),
  lines: z.array(z.object({ at: Timestamp.optional(), text: z.string() })),
  /** Why there are no lines: "never started", "not permitted: get pods/log in shop". */
  gap: z.string().optional(),
});
export type LogTail = z.infer<typeof LogTailSchema>;

export const IncidentViewSchema = z.object({
  row: IncidentRowSchema,
  finding: FindingViewSchema,
  /** Findings of other containers of the workload. */
  otherFindings: z.array(FindingViewSchema),
  /** Sentence on what traffic loses, when known. */
  impact: z.string().optional(),
  services: z.array(z.object({ name: z.string(), ready: z.number(), total: z.number() })),
  logTail: LogTailSchema.optional(),
  suspectChange: z
    .object({
      fromRevision: z.number(),
      toRevision: z.number(),
      /** Absent after an undo: its ReplicaSet is older than the rollout. */
      at: Timestamp.optional(),
      changeCause: z.string().optional(),
      lastGood: z.enum(['proven', 'unproven']).optional(),
      fields: z.array(FieldChangeSchema),
    })
    .optional(),
  actions: z.array(OfferedActionSchema),
  lanes: z.array(LaneSchema),
  entries: z.array(EntrySchema),
  revisions: z.array(RevisionViewSchema),
  /** Oldest first. */
  rollouts: z.array(RolloutSchema),
  /** Why the earlier revisions are not known. */
  historyGap: z.object({ what: z.string(), permission: z.string() }).optional(),
  pods: z.array(PodViewSchema),
  /** The node that is the incident, or the nodes that are; empty when they may not be read. Absent: no node's fault. */
  nodes: z.array(NodeViewSchema).optional(),
  kubectl: z.string(),
  managedBy: z.string().optional(),
});
export type IncidentView = z.infer<typeof IncidentViewSchema>;
export type OfferedAction = z.infer<typeof OfferedActionSchema>;
