import { forbidden, StatusError } from '#lib/sandbox/apiserver/status-error.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';
import { refused } from './admission-plugin.ts';

const IMMORTAL = ['default', 'kube-system', 'kube-public'];

/** No new content in a namespace that is going, and some namespaces never go (apiserver/pkg/admission/plugin/namespace/lifecycle). */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  change: ({ journal }, admission) => {
    const { operation, namespace, object } = admission;
    if (operation !== 'CREATE' || namespace === undefined) return object;
    const home = journal.get('namespaces', undefined, namespace);
    if (home?.metadata.deletionTimestamp === undefined) return object;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const { failure } = refused(admission, why);
    const message = `namespace ${namespace} is being terminated`;
    const causes = [{ reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }];
    throw new StatusError({ ...failure, details: { ...failure.details, causes } });
  },
  check: (_context, { operation, resource, previous }) => {
    if (operation !== 'DELETE' || resource.kind !== 'Namespace' || !previous) return;
    const { name } = previous.metadata;
    if (IMMORTAL.includes(name)) throw forbidden(resource, name, 'this namespace may not be deleted');
  },
};
