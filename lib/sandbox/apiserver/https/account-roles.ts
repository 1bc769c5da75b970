import type { ApiServer } from '#lib/sandbox/apiserver/api-server.ts';
import { MASTER } from '#lib/sandbox/apiserver/in-process-transport.ts';
import type { Json } from '#lib/sandbox/apiserver/objects/json.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const READ = ['get', 'list', 'watch'];

const DEVELOPER_RULES = [
  { apiGroups: [''], resources: ['pods', 'events'], verbs: READ },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: ['apps'], resources: ['deployments', 'replicasets'], verbs: READ },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'] },
];

/** Gives the sandbox's users their rights; `dev` gets its Role in every namespace, present and future. */
export function grantAccountRoles(api: ApiServer): void {
  const post = (path: string, body: Json): void => {
    // A state that was loaded from a file has them already: 409 is fine.
    api.handle({ method: 'POST', path, body, user: MASTER, userAgent: 'sandbox' });
  };
  post(`${RBAC}/clusterrolebindings`, {
    metadata: { name: 'viewers' },
    subjects: [{ kind: 'Group', name: 'viewers' }],
    roleRef: { kind: 'ClusterRole', name: 'view' },
  });
  const grant = (namespace: string): void => {
    if (namespace.startsWith('kube-')) return;
    post(`${RBAC}/namespaces/${namespace}/roles`, {
      metadata: { name: 'developer' },
      rules: DEVELOPER_RULES,
    });
    post(`${RBAC}/namespaces/${namespace}/rolebindings`, {
      metadata: { name: 'developers' },
      subjects: [{ kind: 'Group', name: 'developers' }],
      roleRef: { kind: 'Role', name: 'developer' },
    });
  };
  for (const { metadata } of api.journal.list('namespaces')) grant(metadata.name);
  api.journal.subscribe('namespaces', ({ type, object }) => {
    if (type === 'ADDED') grant(object.metadata.name);
  });
}
