import type { KindName } from '#lib/kube/kinds.ts';
import type { RollingWorkload } from '#lib/model/workload.ts';

/** Without these it is not known whether a revision stayed available: of a set, pods are counted, not ReplicaSets. */
export const ROLLOUTS_SEEN_BY: Readonly<Partial<Record<KindName, readonly RollingWorkload['kind'][]>>> = {
  deployments: ['Deployment'],
  replicasets: ['Deployment'],
  statefulsets: ['StatefulSet'],
  daemonsets: ['DaemonSet'],
  controllerrevisions: ['StatefulSet', 'DaemonSet'],
  pods: ['StatefulSet', 'DaemonSet'],
};

/** They carry the templates that are rolled out. */
export const ROLLED_OUT: ReadonlySet<KindName> = new Set([
  'deployments',
  'statefulsets',
  'daemonsets',
] as const);
