import type { ActionTarget } from '#lib/contract/actions.ts';
import type { ClusterConnection } from '#lib/kube/connection.ts';
import { type ApiPath, apiPath } from '#lib/kube/path.ts';
import { expectOk } from '#lib/kube/response.ts';
import { asTextMap, asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';
import type { ActionClient } from './action-client.ts';
import { RESOURCE_OF } from './plan/kind-words.ts';

const JSON_BODY = { 'content-type': 'application/json' };
const FIELD_MANAGER = 'uncrash';

/** `ActionClient` over a cluster connection. */
export function createKubeActionClient(connection: Pick<ClusterConnection, 'request'>): ActionClient {
  const read = async (...[path, request]: Parameters<ClusterConnection['request']>): Promise<Wire> => {
    const response = await expectOk(await connection.request(path, request));
    return asWire(await response.json());
  };

  /** Of a collection in the workload's namespace what its selector matches and it controls. */
  const controlled = async (collection: ApiPath, workload: Wire, signal?: AbortSignal) => {
    const labels = labelSelector(asWire(asWire(workload['spec'])['selector']));
    const list = await read(collection, { query: labels === '' ? {} : { labelSelector: labels }, signal });
    return asWires(list['items']).filter((item) => isControlledBy(item, asWire(workload['metadata'])['uid']));
  };

  return {
    getWorkload: (target, signal) => read(workloadPath(target), { signal }),

    listRecords: ({ kind, namespace }, workload, signal) =>
      controlled(
        kind === 'Deployment'
          ? apiPath`/apis/apps/v1/namespaces/${namespace}/replicasets`
          : apiPath`/apis/apps/v1/namespaces/${namespace}/controllerrevisions`,
        workload,
        signal,
      ),

    listPods: ({ namespace }, workload, signal) =>
      controlled(apiPath`/api/v1/namespaces/${namespace}/pods`, workload, signal),

    patchWorkload: (target, patch, { dryRun }) =>
      read(workloadPath(target), {
        method: 'PATCH',
        query: { fieldManager: FIELD_MANAGER, dryRun: dryRun ? 'All' : undefined },
        headers: { 'content-type': 'application/json-patch+json' },
        body: JSON.stringify(patch),
      }),

    async mayPatch({ kind, namespace, name }, signal) {
      const review = await read(apiPath`/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`, {
        method: 'POST',
        headers: JSON_BODY,
        body: JSON.stringify({
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: {
            resourceAttributes: {
              namespace,
              name,
              verb: 'patch',
              group: 'apps',
              resource: RESOURCE_OF[kind],
            },
          },
        }),
        signal,
      });
      return asWire(review['status'])['allowed'] === true;
    },
  };
}

const workloadPath = ({ kind, namespace, name }: ActionTarget) =>
  apiPath`/apis/apps/v1/namespaces/${namespace}/${RESOURCE_OF[kind]}/${name}`;

/** Labels alone: what expressions exclude is controlled by somebody else anyway. */
const labelSelector = (selector: Wire): string =>
  Object.entries(asTextMap(selector['matchLabels']))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

function isControlledBy(object: Wire, uid: unknown): boolean {
  const owners = asWires(asWire(object['metadata'])['ownerReferences']);
  return owners.some((owner) => owner['controller'] === true && owner['uid'] === uid);
}
