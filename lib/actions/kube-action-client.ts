import type { ActionTarget } from '#lib/contract/actions.ts';
import type { ClusterConnection } from '#lib/kube/connection.ts';
import { apiPath } from '#lib/kube/path.ts';
import { expectOk } from '#lib/kube/response.ts';
import { asText, asTextMap, asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';
import type { ActionClient } from './action-client.ts';

const JSON_BODY = { 'content-type': 'application/json' };
const FIELD_MANAGER = 'uncrash';

/** `ActionClient` over a cluster connection. */
export function createKubeActionClient(connection: Pick<ClusterConnection, 'request'>): ActionClient {
  const read = async (...[path, request]: Parameters<ClusterConnection['request']>): Promise<Wire> => {
    const response = await expectOk(await connection.request(path, request));
    return asWire(await response.json());
  };

  return {
    getDeployment: (target, signal) => read(deploymentPath(target), { signal }),

    async listReplicaSets(deployment, signal) {
      const metadata = asWire(deployment['metadata']);
      const selector = asWire(asWire(deployment['spec'])['selector']);
      const labels = Object.entries(asTextMap(selector['matchLabels'])).map(
        ([key, value]) => `${key}=${value}`,
      );
      const list = await read(
        apiPath`/apis/apps/v1/namespaces/${asText(metadata['namespace'])}/replicasets`,
        {
          query: labels.length > 0 ? { labelSelector: labels.join(',') } : {},
          signal,
        },
      );
      return asWires(list['items']).filter((item) => isControlledBy(item, metadata['uid']));
    },

    patchDeployment: (target, patch, { dryRun }) =>
      read(deploymentPath(target), {
        method: 'PATCH',
        query: { fieldManager: FIELD_MANAGER, dryRun: dryRun ? 'All' : undefined },
        headers: { 'content-type': 'application/json-patch+json' },
        body: JSON.stringify(patch),
      }),

    async mayPatch({ namespace, name }, signal) {
      const review = await read(apiPath`/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`, {
        method: 'POST',
        headers: JSON_BODY,
        body: JSON.stringify({
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: {
            resourceAttributes: { namespace, name, verb: 'patch', group: 'apps', resource: 'deployments' },
          },
        }),
        signal,
      });
      return asWire(review['status'])['allowed'] === true;
    },
  };
}

const deploymentPath = ({ namespace, name }: ActionTarget) =>
  apiPath`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;

function isControlledBy(object: Wire, uid: unknown): boolean {
  const owners = asWires(asWire(object['metadata'])['ownerReferences']);
  return owners.some((owner) => owner['controller'] === true && owner['uid'] === uid);
}
