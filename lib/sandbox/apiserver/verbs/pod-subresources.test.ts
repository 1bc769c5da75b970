import { describe, expect, it } from 'vitest';
import { TEST_START, testServer } from '#lib/sandbox/apiserver/test-server.ts';

const PODS = '/api/v1/namespaces/default/pods';
const spec = { containers: [{ name: 'app', image: 'i' }] };

describe('pods/binding', () => {
  it('sets the node and PodScheduled, which carries no observedGeneration (as in registry/core/pod/storage)', () => {
    const { post, get } = testServer();
    post(PODS, { metadata: { name: 'web' }, spec });
    post(`${PODS}/web/binding`, { metadata: { name: 'web' }, target: { kind: 'Node', name: 'n1' } });
    const { body } = get(`${PODS}/web`);
    expect(body.spec).toMatchObject({ nodeName: 'n1' });
    expect(body.status).toMatchObject({
      conditions: [
        {
          type: 'PodScheduled',
          status: 'True',
          lastProbeTime: null,
          lastTransitionTime: `${new Date(TEST_START).toISOString().slice(0, 19)}Z`,
        },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('observedGeneration');
  });
});

describe('pods/eviction', () => {
  it.each([
    ['in the query', '?dryRun=All', {}],
    ['in the delete options, as kubectl drain sends it', '', { deleteOptions: { dryRun: ['All'] } }],
  ])('deletes nothing in a dry run asked for %s', (_where, query, options) => {
    const { post, get } = testServer();
    post(PODS, { metadata: { name: 'web' }, spec });
    const eviction = { metadata: { name: 'web' }, ...options };
    expect(post(`${PODS}/web/eviction${query}`, eviction).status).toBe(201);
    expect(get(`${PODS}/web`).status).toBe(200);
    expect(post(`${PODS}/web/eviction`, { metadata: { name: 'web' } }).status).toBe(201);
    expect(get(`${PODS}/web`).status).toBe(404);
  });
});
