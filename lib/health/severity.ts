import { SUSPENDED } from './cron-job-problem.ts';
import type { FailureFamily, Problem, Severity } from '#lib/model/problem.ts';

export type SeverityInput = {
  readonly family: FailureFamily;
  readonly ownerKind: string;
  readonly problems: readonly Problem[];
  /** Replicas of the owner; absent when they cannot be known. */
  readonly replicas?: { readonly ready: number; readonly desired: number };
  /** Services that select the owner's pods, with their endpoints. */
  readonly services?: readonly { readonly ready: number; readonly total: number }[];
  /** Nothing will be tried again by itself (a pause, a dead node, a limit that was reached). */
  readonly isFinal?: boolean;
};

/**
 * Critical: users lose something now, or capacity is lost and no retry can help. Warning: reduced or at risk, still
 * serving. Notice: stopped for good and nobody waits, held back on purpose, or stable again. Unknown: not readable.
 */
export function severityOf(input: SeverityInput): Severity {
  const { family, ownerKind, problems, replicas, services = [], isFinal = false } = input;
  if (problems.length > 0 && problems.every(({ stableSinceAt }) => stableSinceAt !== undefined))
    return 'notice';
  if (services.some(({ ready }) => ready === 0)) return 'critical';
  if (family === 'node') return 'critical';
  if (ownerKind === 'CronJob')
    return problems.length > 0 && problems.every(({ reason }) => reason === SUSPENDED) ? 'notice' : 'warning';
  if (ownerKind === 'Job') return family === 'job' ? 'notice' : 'warning';
  if (problems.length > 0 && problems.every(({ reason }) => reason === 'SchedulingGated')) return 'notice';
  if (!replicas) return 'unknown';
  if (replicas.desired === 0) return 'notice';
  if (replicas.ready === 0) return isOver(input) ? 'notice' : 'critical';
  return replicas.ready < replicas.desired && isFinal ? 'critical' : 'warning';
}

/** A bare pod that ended: nothing serves through it, nothing restarts it. */
function isOver({ ownerKind, isFinal, family }: SeverityInput): boolean {
  return ownerKind === 'Pod' && isFinal === true && (family === 'crash' || family === 'eviction');
}
