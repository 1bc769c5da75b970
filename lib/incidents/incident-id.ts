import type { FailureFamily } from '#lib/model/problem.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { stableId } from './stable-id.ts';

/**
 * The id of an incident: 13 characters from (cluster, owner, family), so a link survives restarts of everything, new
 * pods and flapping words. The uid is left out on purpose: a workload that is deleted and applied again is the same
 * one to the people who get the link, and a guessed owner has no uid.
 */
export function incidentId(
  cluster: string,
  { kind, namespace, name }: Pick<WorkloadRef, 'kind' | 'namespace' | 'name'>,
  family: FailureFamily,
): string {
  return stableId([cluster, kind, namespace, name, family]);
}
