import { describe, expect, it } from 'vitest';
import { MASTER } from '#lib/sandbox/apiserver/in-process-transport.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { testServer } from '#lib/sandbox/apiserver/test-server.ts';
import type { Impersonation } from './impersonation.ts';

const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const PODS = '/api/v1/namespaces/default/pods';

function as(impersonate: Impersonation, caller = MASTER) {
  const { server } = testServer();
  const ask = (method: string, path: string): JsonObject => {
    const reply = server.handle({ method, path, user: caller, impersonate, body: {} });
    return reply.kind === 'json' ? (reply.body as JsonObject) : {};
  };
  return { whoami: () => ask('POST', WHO).status, pods: () => ask('GET', PODS) };
}

describe('impersonation', () => {
  it('makes the request as the user, who may do no more than before', () => {
    const { whoami, pods } = as({ user: 'dev', groups: ['developers'] });
    expect(whoami()).toEqual({
      userInfo: { username: 'dev', groups: ['developers', 'system:authenticated'] },
    });
    expect(pods().message).toBe(
      'pods is forbidden: User "dev" cannot list resource "pods" in API group "" in the namespace "default"',
    );
  });

  it('a ServiceAccount comes with its groups', () => {
    expect(as({ user: 'system:serviceaccount:shop:robot', groups: [] }).whoami()).toMatchObject({
      userInfo: { groups: ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'] },
    });
  });

  it('is refused to those who have no right to it, whoever they want to be', () => {
    const viewer = { name: 'viewer', groups: ['system:authenticated'] };
    expect(as({ user: 'admin', groups: [] }, viewer).pods().message).toBe(
      'users "admin" is forbidden: User "viewer" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
  });
});
