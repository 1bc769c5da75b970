import { scopeMember } from '#lib/diagnosis/scope/scope-member.ts';
import { sharedCauses } from '#lib/diagnosis/scope/shared-causes.ts';
import { incidentState } from '#lib/incidents/incident-state.ts';
import type { SharedCause } from '#lib/model/shared-cause.ts';
import { ClusterObjects } from '#lib/server/cluster/cluster-objects.ts';
import type { OfflineFinding } from './diagnose-offline.ts';
import type { OfflineCluster } from './offline-cluster.ts';

/** What the findings of one dump have in common, the largest first. Pods that are not in the dump bear no witness. */
export function sharedCausesOffline(
  { stores, hasKind }: OfflineCluster,
  found: readonly OfflineFinding[],
  now: number,
): readonly SharedCause[] {
  const objects = new ClusterObjects(stores, { isListed: hasKind });
  const members = found.map(({ incident, findings: [finding], pods }) =>
    scopeMember({ incident, state: incidentState(incident), finding, pods }),
  );
  const started = (at: number) =>
    stores.pods
      .list()
      .filter(({ meta }) => meta.createdAt >= at && meta.deletedAt === undefined)
      .map((pod) => ({ pod, workload: objects.ownerOf(pod) }));
  return sharedCauses([], members, { cluster: 'offline', now, started }).toSorted(
    (a, b) => b.workloads - a.workloads || (a.id < b.id ? -1 : 1),
  );
}
