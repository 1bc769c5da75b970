import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];

const rule = (
  verbs: readonly string[],
  apiGroups: readonly string[],
  resources: readonly string[],
): JsonObject => ({
  verbs,
  apiGroups,
  resources,
});
const paths = (...nonResourceURLs: readonly string[]): JsonObject => ({ verbs: ['get'], nonResourceURLs });

const WORKLOADS = {
  '': [
    'configmaps',
    'endpoints',
    'persistentvolumeclaims',
    'pods',
    'replicationcontrollers',
    'serviceaccounts',
    'services',
  ],
  apps: [
    'daemonsets',
    'deployments',
    'deployments/scale',
    'replicasets',
    'replicasets/scale',
    'statefulsets',
    'statefulsets/scale',
  ],
  autoscaling: ['horizontalpodautoscalers'],
  batch: ['cronjobs', 'jobs'],
  policy: ['poddisruptionbudgets'],
  'networking.k8s.io': ['ingresses', 'networkpolicies'],
};
/** Upstream's aggregated `view` names more than is served here; `kubectl auth can-i --list` shows it. */
const READ_ONLY = {
  '': [
    'bindings',
    'events',
    'limitranges',
    'namespaces',
    'namespaces/status',
    'persistentvolumeclaims/status',
    'pods/log',
    'pods/status',
    'replicationcontrollers/scale',
    'replicationcontrollers/status',
    'resourcequotas',
    'resourcequotas/status',
    'services/status',
  ],
  apps: [
    'controllerrevisions',
    'daemonsets/status',
    'deployments/status',
    'replicasets/status',
    'statefulsets/status',
  ],
  autoscaling: ['horizontalpodautoscalers/status'],
  batch: ['cronjobs/status', 'jobs/status'],
  'discovery.k8s.io': ['endpointslices'],
  'events.k8s.io': ['events'],
  extensions: [
    'daemonsets',
    'daemonsets/status',
    'deployments',
    'deployments/scale',
    'deployments/status',
    'ingresses',
    'ingresses/status',
    'networkpolicies',
    'replicasets',
    'replicasets/scale',
    'replicasets/status',
    'replicationcontrollers/scale',
  ],
  'networking.k8s.io': ['ingresses/status'],
  policy: ['poddisruptionbudgets/status'],
  'resource.k8s.io': ['resourceclaims', 'resourceclaims/status', 'resourceclaimtemplates'],
};

const rulesOf = (
  verbs: readonly string[],
  table: Readonly<Record<string, readonly string[]>>,
): readonly JsonObject[] =>
  Object.entries(table).map(([group, resources]) => rule(verbs, [group], resources));

/** As upstream, `view` sees neither Secrets nor Roles nor Nodes. */
const VIEW = [...rulesOf(READ, WORKLOADS), ...rulesOf(READ, READ_ONLY)];
const EDIT = [
  ...VIEW,
  ...rulesOf(WRITE, WORKLOADS),
  rule([...READ, ...WRITE], [''], ['secrets']),
  rule(['create'], [''], ['pods/eviction', 'pods/attach', 'pods/exec', 'pods/portforward']),
  rule(READ, ['coordination.k8s.io'], ['leases']),
];
const ADMIN = [...EDIT, rule([...READ, ...WRITE], ['rbac.authorization.k8s.io'], ['roles', 'rolebindings'])];

const BASIC_USER = [
  rule(['create'], ['authorization.k8s.io'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews']),
  rule(['create'], ['authentication.k8s.io'], ['selfsubjectreviews']),
];
const HEALTH = ['/healthz', '/livez', '/readyz', '/version', '/version/'];

/** kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go, for the resources served here. */
export const DEFAULT_CLUSTER_ROLES: Readonly<Record<string, readonly JsonObject[]>> = {
  admin: ADMIN,
  'cluster-admin': [rule(['*'], ['*'], ['*']), { verbs: ['*'], nonResourceURLs: ['*'] }],
  edit: EDIT,
  'system:basic-user': BASIC_USER,
  'system:discovery': [paths('/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', ...HEALTH)],
  'system:public-info-viewer': [paths(...HEALTH)],
  view: VIEW,
};

/** ClusterRole -> the groups it is bound to. */
export const DEFAULT_BINDINGS: Readonly<Record<string, readonly string[]>> = {
  'cluster-admin': ['system:masters'],
  'system:basic-user': ['system:authenticated'],
  'system:discovery': ['system:authenticated'],
  'system:public-info-viewer': ['system:authenticated', 'system:unauthenticated'],
};
