import { describe, expect, it } from 'vitest';
import { ApiStatusError } from '#lib/kube/api-error.ts';
import type { ClusterConnection, KubeRequest } from '#lib/kube/connection.ts';
import { aRawDeployment, FakeDeployments } from '#lib/testing/fake-deployments.ts';
import { createKubeActionClient } from './kube-action-client.ts';

const TARGET = { kind: 'Deployment', namespace: 'shop', name: 'web' } as const;

function connect(answer: (path: string, request: KubeRequest) => { status?: number; body: unknown }) {
  const requests: { path: string; request: KubeRequest }[] = [];
  const request: ClusterConnection['request'] = async (path, init = {}) => {
    requests.push({ path, request: init });
    const { status = 200, body } = answer(path, init);
    const text = JSON.stringify(body);
    return {
      status,
      headers: { 'content-type': 'application/json' },
      body: {
        async *[Symbol.asyncIterator]() {
          yield new TextEncoder().encode(text);
        },
      },
      text: async () => text,
      json: async () => body,
      discard: () => undefined,
    };
  };
  return { client: createKubeActionClient({ request }), requests };
}

describe('createKubeActionClient', () => {
  it('patches with JSON Patch under its own field manager; a dry run says so', async () => {
    const { client, requests } = connect(() => ({ body: aRawDeployment() }));
    await client.patchWorkload(TARGET, [{ op: 'test', path: '/metadata/uid', value: 'u' }], {
      dryRun: true,
    });
    await client.patchWorkload(TARGET, [], { dryRun: false });
    expect(requests[0]).toMatchObject({
      path: '/apis/apps/v1/namespaces/shop/deployments/web',
      request: {
        method: 'PATCH',
        query: { fieldManager: 'uncrash', dryRun: 'All' },
        headers: { 'content-type': 'application/json-patch+json' },
        body: '[{"op":"test","path":"/metadata/uid","value":"u"}]',
      },
    });
    expect(requests[1]?.request.query?.['dryRun']).toBeUndefined();
  });

  it('asks for the ReplicaSets of its selector and keeps those it controls', async () => {
    const server = new FakeDeployments();
    const foreign = { metadata: { name: 'x', ownerReferences: [{ uid: 'other', controller: true }] } };
    const { client, requests } = connect(() => ({ body: { items: [...server.replicaSets, foreign] } }));
    expect(await client.listRecords(TARGET, server.deployment)).toEqual(server.replicaSets);
    expect(requests[0]?.request.query).toEqual({ labelSelector: 'app=web' });
  });

  it('asks the API server whether this user may patch this Deployment', async () => {
    const { client, requests } = connect(() => ({ status: 201, body: { status: { allowed: false } } }));
    expect(await client.mayPatch(TARGET)).toBe(false);
    expect(String(requests[0]?.request.body)).toContain(
      '"verb":"patch","group":"apps","resource":"deployments"',
    );
  });

  it('throws what the server answered', async () => {
    const { client } = connect(() => ({
      status: 404,
      body: { kind: 'Status', code: 404, reason: 'NotFound', message: 'deployments.apps "web" not found' },
    }));
    await expect(client.getWorkload(TARGET)).rejects.toThrow(ApiStatusError);
  });
});
