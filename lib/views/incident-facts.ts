import type { Lane, LogTail } from '#lib/contract/incident-view.ts';
import type { Strip } from '#lib/contract/incident-row.ts';
import type { NextAttempt } from '#lib/model/backoff.ts';
import type { Finding, HistoryGap } from '#lib/model/finding.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { KubeNode } from '#lib/model/node.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { FieldChange, Revision } from '#lib/model/revision.ts';
import type { TimelineEntry } from '#lib/model/timeline.ts';
import type { RollingWorkload, Workload, WorkloadRef } from '#lib/model/workload.ts';
import type { LastGoodRevision } from '#lib/rollout/last-good-revision.ts';

/** What the earlier stations found out about one incident; every view of it is made from this and nothing else. */
export type IncidentFacts = {
  readonly incident: Incident;
  /** Primary first; never empty (at least `unknown`). */
  readonly findings: readonly [Finding, ...Finding[]];
  /** The owner itself, where it may be read. */
  readonly workload?: Workload;
  /** The same, when its kind keeps a history of templates. */
  readonly rolling?: RollingWorkload;
  /** Newest first; empty for kinds without revisions. */
  readonly revisions: readonly Revision[];
  /** Why the revisions are not there; without it, there are no others. */
  readonly historyGap?: HistoryGap;
  /** What the failing pods were made from. */
  readonly failing?: Revision;
  /** They are not of the current revision, and no template reaches them by itself. */
  readonly isUnreached?: boolean;
  readonly lastGood?: LastGoodRevision;
  /** From the last good revision to the failing one. */
  readonly changes: readonly FieldChange[];
  /** All pods of the owner, worst first. */
  readonly pods: readonly Pod[];
  readonly services: readonly ServiceFacts[];
  /** Nodes that are what is wrong; only gathered for the whole view. */
  readonly nodes?: readonly NodeFacts[];
  readonly next?: NextAttempt;
  /** When the back-off of a recovered container is forgotten. */
  readonly resetAt?: number;
  readonly strip: Strip;
  readonly lanes: readonly Lane[];
  readonly entries: readonly TimelineEntry[];
  readonly logTail?: LogTail;
  readonly readOnly: boolean;
  readonly now: number;
};

/** A node, and what is on it. */
export type NodeFacts = {
  readonly node: KubeNode;
  readonly pods: readonly NodePodFacts[];
  /** All pods may be looked at; else more may be on it. */
  readonly seesAllPods: boolean;
};

export type NodePodFacts = {
  readonly pod: Pod;
  readonly owner: WorkloadRef;
  /** It is among what is told as failing. */
  readonly suffers: boolean;
  readonly incident?: { readonly id: string; readonly cause: string };
};

export type ServiceFacts = { readonly name: string; readonly ready: number; readonly total: number };
