import { describe, expect, it } from 'vitest';
import { objectsAt } from '#lib/sandbox/apiserver/objects/json.ts';
import { pod, testServer } from '#lib/sandbox/apiserver/test-server.ts';

const SHOP = '/api/v1/namespaces/shop';

function server() {
  const cluster = testServer();
  cluster.post('/api/v1/namespaces', { metadata: { name: 'shop' } });
  const conditions = () =>
    Object.fromEntries(
      objectsAt(cluster.get(SHOP).body, 'status', 'conditions').map(({ type, status, message }) => [
        String(type as string),
        [status, message],
      ]),
    );
  return { ...cluster, conditions };
}

describe('a namespace that is deleted', () => {
  it('is Terminating at once and gone when the controller has been there', () => {
    const cluster = server();
    expect(cluster.del(SHOP).body).toMatchObject({ status: { phase: 'Terminating' } });
    cluster.advance(4999);
    expect(cluster.get(SHOP).body).toMatchObject({ spec: { finalizers: ['kubernetes'] } });
    cluster.advance(1);
    expect(cluster.get(SHOP).status).toBe(404);
  });

  it('keeps what its Pods need until they are gone', () => {
    const cluster = server();
    cluster.post(`${SHOP}/configmaps`, { metadata: { name: 'settings' } });
    cluster.post(`${SHOP}/pods`, {
      ...pod('web'),
      spec: { nodeName: 'n1', containers: [{ name: 'a', image: 'b' }] },
    });
    cluster.del(SHOP);
    cluster.advance(10_000);
    expect(cluster.get(`${SHOP}/pods/web`).body).toMatchObject({
      metadata: { deletionGracePeriodSeconds: 30 },
    });
    expect(cluster.get(`${SHOP}/configmaps/settings`).status).toBe(200);
    cluster.del(`${SHOP}/pods/web`, { gracePeriodSeconds: 0 });
    cluster.advance(5000);
    expect(cluster.get(SHOP).status).toBe(404);
  });

  it('says what is in the way, and goes when that goes', () => {
    const cluster = server();
    const held = (name: string) => ({ metadata: { name, finalizers: ['example.com/keep'] } });
    for (const name of ['a', 'b']) cluster.post(`${SHOP}/configmaps`, held(name));
    cluster.del(SHOP);
    cluster.advance(5000);
    expect(cluster.conditions()).toEqual({
      NamespaceDeletionDiscoveryFailure: ['False', 'All resources successfully discovered'],
      NamespaceDeletionGroupVersionParsingFailure: ['False', 'All legacy kube types successfully parsed'],
      NamespaceDeletionContentFailure: [
        'False',
        'All content successfully deleted, may be waiting on finalization',
      ],
      NamespaceContentRemaining: [
        'True',
        'Some resources are remaining: configmaps. has 2 resource instances',
      ],
      NamespaceFinalizersRemaining: [
        'True',
        'Some content in the namespace has finalizers remaining: example.com/keep in 2 resource instances',
      ],
    });
    for (const name of ['a', 'b']) {
      cluster.patch(`${SHOP}/configmaps/${name}`, 'merge', { metadata: { finalizers: null } });
    }
    cluster.advance(5000);
    expect(cluster.get(SHOP).status).toBe(404);
  });

  it('does not vanish because somebody labels it', () => {
    const cluster = server();
    cluster.del(SHOP);
    expect(cluster.patch(SHOP, 'merge', { metadata: { labels: { team: 'a' } } }).status).toBe(200);
    expect(cluster.get(SHOP).status).toBe(200);
  });

  it('goes when its finalizers are taken away by force', () => {
    const cluster = server();
    cluster.post(`${SHOP}/configmaps`, { metadata: { name: 'a', finalizers: ['example.com/keep'] } });
    cluster.del(SHOP);
    const { body } = cluster.get(SHOP);
    expect(cluster.put(`${SHOP}/finalize`, { ...body, spec: { finalizers: [] } }).status).toBe(200);
    expect(cluster.get(SHOP).status).toBe(404);
  });
});
