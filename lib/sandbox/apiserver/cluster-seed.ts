import { DEFAULT_BINDINGS, DEFAULT_CLUSTER_ROLES } from './access/default-roles.ts';
import type { JsonObject } from './objects/json.ts';
import { findResource } from './resources.ts';
import type { ServerContext } from './server-context.ts';
import { createObject } from './verbs/write-object.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
const RBAC = 'rbac.authorization.k8s.io';
const BOOTSTRAPPED = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };

/** kubernetes/pkg/apis/scheduling/v1/helpers.go, SystemPriorityClasses. */
const PRIORITY_CLASSES = [
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
];

/** What every cluster starts with: its namespaces, the default roles and the `kubernetes` Service. */
export function seedCluster(context: ServerContext): void {
  const seed = (group: string, plural: string, body: JsonObject, namespace?: string): void => {
    const resource = findResource(group, 'v1', plural);
    if (!resource) return;
    const writer = { manager: 'kube-apiserver', operation: 'Update' } as const;
    createObject(context, { resource, namespace, body, writer, dryRun: false });
  };
  for (const name of NAMESPACES) seed('', 'namespaces', { metadata: { name } });
  for (const [name, rules] of Object.entries(DEFAULT_CLUSTER_ROLES)) {
    seed(RBAC, 'clusterroles', { metadata: { name, labels: BOOTSTRAPPED }, rules });
  }
  for (const [name, groups] of Object.entries(DEFAULT_BINDINGS)) {
    seed(RBAC, 'clusterrolebindings', {
      metadata: { name, labels: BOOTSTRAPPED },
      subjects: groups.map((group) => ({ kind: 'Group', name: group })),
      roleRef: { kind: 'ClusterRole', name },
    });
  }
  for (const { name, value, description } of PRIORITY_CLASSES) {
    seed('scheduling.k8s.io', 'priorityclasses', { metadata: { name }, value, description });
  }
  const spec = { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 6443 }] };
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  seed('', 'services', { metadata: { name: 'kubernetes', labels }, spec }, 'default');
}
