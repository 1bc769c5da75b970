import { expect, it } from 'vitest';
import { objectsAt } from '#lib/sandbox/apiserver/objects/json.ts';
import { testServer } from '#lib/sandbox/apiserver/test-server.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

it('a field that was removed belongs to nobody: the next who applies it does not meet its old owner', () => {
  const { post, patch, put } = testServer();
  post(`${CONFIG_MAPS}?fieldManager=first`, { metadata: { name: 'c' }, data: { a: '1', b: '1' } });
  put(`${CONFIG_MAPS}/c?fieldManager=first`, { metadata: { name: 'c' }, data: { a: '1' } });
  const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { b: '2' } };
  const { status, body } = patch(`${CONFIG_MAPS}/c?fieldManager=second`, 'apply', applied);
  expect([status, body.data]).toEqual([200, { a: '1', b: '2' }]);
});

it('who set the map owns no entry that somebody else puts into it', () => {
  const { post, patch } = testServer();
  post(`${CONFIG_MAPS}?fieldManager=first`, { metadata: { name: 'c' }, data: { a: '1' } });
  patch(`${CONFIG_MAPS}/c?fieldManager=second`, 'merge', { data: { a: '2' } });
  const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: '3' } };
  expect(patch(`${CONFIG_MAPS}/c?fieldManager=third`, 'apply', applied).body.message).toBe(
    'Apply failed with 1 conflict: conflict with "second" using v1: .data.a',
  );
});

it('a client may say who manages what, as kubectl does before its first server-side apply', () => {
  const { post, patch } = testServer();
  post(`${CONFIG_MAPS}?fieldManager=first`, { metadata: { name: 'c' }, data: { a: '1' } });
  patch(`${CONFIG_MAPS}/c`, 'merge', { metadata: { managedFields: [{}] } });
  const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: '2' } };
  const { body } = patch(`${CONFIG_MAPS}/c?fieldManager=second`, 'apply', applied);
  expect(objectsAt(body, 'metadata', 'managedFields').map(({ manager }) => manager)).toEqual(['second']);
});
