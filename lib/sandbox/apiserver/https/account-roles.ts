import type { ApiServer } from '#lib/sandbox/apiserver/api-server.ts';
import { MASTER } from '#lib/sandbox/apiserver/in-process-transport.ts';
import type { Json } from '#lib/sandbox/apiserver/objects/json.ts';

const GROUP = 'rbac.authorization.k8s.io';
const RBAC = `/apis/${GROUP}/v1`;
const READ = ['get', 'list', 'watch'];

const DEVELOPER_RULES = [
  { apiGroups: [''], resources: ['pods', 'events'], verbs: READ },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: ['apps'], resources: ['deployments', 'replicasets'], verbs: READ },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'] },
];

/** Something to create: the path of its collection, and the object. */
type Grant = { readonly path: string; readonly body: Json };

/** What users get in the whole cluster. */
export const CLUSTER_GRANTS: readonly Grant[] = [
  {
    path: `${RBAC}/clusterrolebindings`,
    body: {
      metadata: { name: 'viewers' },
      subjects: [{ kind: 'Group', name: 'viewers', apiGroup: GROUP }],
      roleRef: { kind: 'ClusterRole', name: 'view', apiGroup: GROUP },
    },
  },
];

/** What users get in one namespace; nothing in the system's own. */
export function namespaceGrants(namespace: string): readonly Grant[] {
  if (namespace.startsWith('kube-')) return [];
  const path = `${RBAC}/namespaces/${namespace}`;
  return [
    { path: `${path}/roles`, body: { metadata: { name: 'developer' }, rules: DEVELOPER_RULES } },
    {
      path: `${path}/rolebindings`,
      body: {
        metadata: { name: 'developers' },
        subjects: [{ kind: 'Group', name: 'developers', apiGroup: GROUP }],
        roleRef: { kind: 'Role', name: 'developer', apiGroup: GROUP },
      },
    },
  ];
}

/** Gives the sandbox's users their rights; `dev` gets its Role in every namespace, present and future. */
export function grantAccountRoles(api: ApiServer): void {
  const post = ({ path, body }: Grant): void => {
    // A state that was loaded from a file has them already: 409 is fine.
    api.handle({ method: 'POST', path, body, user: MASTER, userAgent: 'sandbox' });
  };
  CLUSTER_GRANTS.forEach(post);
  for (const { metadata } of api.journal.list('namespaces')) namespaceGrants(metadata.name).forEach(post);
  api.journal.subscribe('namespaces', ({ type, object }) => {
    if (type === 'ADDED') namespaceGrants(object.metadata.name).forEach(post);
  });
}
