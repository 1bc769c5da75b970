import { expect, it } from 'vitest';
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
