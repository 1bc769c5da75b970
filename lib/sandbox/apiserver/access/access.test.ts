import { describe, expect, it } from 'vitest';
import { clientOf, pod, testServer } from '#lib/sandbox/apiserver/test-server.ts';
import { grantAccountRoles } from '#lib/sandbox/apiserver/https/account-roles.ts';
import { createAccounts } from '#lib/sandbox/apiserver/https/accounts.ts';
import type { AccountName } from '#lib/sandbox/apiserver/https/accounts.ts';
import type { Json } from '#lib/sandbox/apiserver/objects/json.ts';
import { objectAt, objectsAt, valueAt } from '#lib/sandbox/apiserver/objects/json.ts';
import { ruleAllows } from './rules.ts';

const ACCOUNTS = new Map(createAccounts().map(({ name, user }) => [name, user]));

function as(name: AccountName) {
  const { server, post } = testServer();
  grantAccountRoles(server);
  post('/api/v1/namespaces', { metadata: { name: 'shop' } });
  post('/api/v1/namespaces/shop/pods', pod('web'));
  const user = ACCOUNTS.get(name) ?? { name, groups: [] };
  return {
    user,
    ask: (method: string, path: string, body?: Json) => clientOf(server).ask(method, path, { user, body }),
  };
}

describe('rules', () => {
  const pods = { kind: 'resource', verb: 'get', group: '', resource: 'pods', name: 'web' } as const;

  it.each([
    ['the resource', { verbs: ['get'], apiGroups: [''], resources: ['pods'] }, pods, true],
    ['another verb', { verbs: ['list'], apiGroups: [''], resources: ['pods'] }, pods, false],
    ['another group', { verbs: ['get'], apiGroups: ['apps'], resources: ['pods'] }, pods, false],
    ['stars', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, pods, true],
    [
      'a named object',
      { verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['web'] },
      pods,
      true,
    ],
    [
      'another named object',
      { verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['api'] },
      pods,
      false,
    ],
    [
      'a subresource by the resource',
      { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
      { ...pods, subresource: 'log' },
      false,
    ],
    [
      'a subresource of everything',
      { verbs: ['get'], apiGroups: [''], resources: ['*/log'] },
      { ...pods, subresource: 'log' },
      true,
    ],
    [
      'a path below',
      { verbs: ['get'], nonResourceURLs: ['/healthz/*'] },
      { kind: 'path', verb: 'get', path: '/healthz/ping' } as const,
      true,
    ],
    [
      'another path',
      { verbs: ['get'], nonResourceURLs: ['/healthz'] },
      { kind: 'path', verb: 'get', path: '/metrics' } as const,
      false,
    ],
  ])('%s', (_name, rule, wanted, expected) => {
    expect(ruleAllows(rule, wanted)).toBe(expected);
  });
});

describe('the four users', () => {
  const SHOP = '/api/v1/namespaces/shop';
  const matrix: readonly (readonly [string, string, Readonly<Record<AccountName, boolean>>])[] = [
    ['GET', `${SHOP}/pods`, { admin: true, viewer: true, dev: true, nobody: false }],
    ['GET', '/api/v1/pods', { admin: true, viewer: true, dev: false, nobody: false }],
    ['GET', '/api/v1/nodes', { admin: true, viewer: false, dev: false, nobody: false }],
    ['GET', `${SHOP}/secrets`, { admin: true, viewer: false, dev: false, nobody: false }],
    ['DELETE', `${SHOP}/pods/web`, { admin: true, viewer: false, dev: false, nobody: false }],
    [
      'PATCH',
      '/apis/apps/v1/namespaces/shop/deployments/web',
      { admin: true, viewer: false, dev: true, nobody: false },
    ],
    ['GET', '/version', { admin: true, viewer: true, dev: true, nobody: true }],
    ['GET', '/metrics', { admin: true, viewer: false, dev: false, nobody: false }],
  ];
  const cases = matrix.flatMap(([method, path, allowed]) =>
    Object.entries(allowed).map(([name, may]) => [name as AccountName, method, path, may] as const),
  );

  it.each(cases)('%s %s %s: %s', (name, method, path, may) => {
    expect(as(name).ask(method, path, {}).status !== 403).toBe(may);
  });

  it('are told what they may not do, and where', () => {
    const { body } = as('viewer').ask('DELETE', `${SHOP}/pods/web`);
    expect(body).toMatchObject({
      reason: 'Forbidden',
      details: { name: 'web', kind: 'pods' },
      message:
        'pods "web" is forbidden: User "viewer" cannot delete resource "pods" in API group "" in the namespace "shop"',
    });
    expect(as('nobody').ask('GET', '/api/v1/nodes').body.message).toBe(
      'nodes is forbidden: User "nobody" cannot list resource "nodes" in API group "" at the cluster scope',
    );
  });

  it('can ask what they may do', () => {
    const access = (name: AccountName, verb: string) =>
      valueAt(
        as(name).ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
          spec: { resourceAttributes: { namespace: 'shop', verb, group: 'apps', resource: 'deployments' } },
        }).body,
        'status',
        'allowed',
      );
    expect([
      access('dev', 'patch'),
      access('dev', 'delete'),
      access('viewer', 'patch'),
      access('admin', 'delete'),
    ]).toEqual([true, false, false, true]);
  });

  it('can list their rules and see who they are', () => {
    const dev = as('dev');
    const rules = dev.ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
      spec: { namespace: 'shop' },
    });
    expect(objectsAt(rules.body, 'status', 'resourceRules')).toContainEqual({
      apiGroups: [''],
      resources: ['pods/log'],
      verbs: ['get'],
    });
    const self = dev.ask('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {});
    expect(objectAt(self.body, 'status', 'userInfo')).toMatchObject({
      username: 'dev',
      groups: ['developers', 'system:authenticated'],
    });
  });
});
