import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '#lib/testing/fake-clock.ts';
import { createFakeConnection, type Script, type SeenRequest } from '#lib/testing/fake-connection.ts';
import { createClusterCache, type ClusterChanges } from './cluster-cache.ts';
import { KIND_NAMES } from './kinds.ts';

const meta = (name: string, more: object = {}) => ({
  name,
  namespace: 'shop',
  uid: `uid-${name}`,
  resourceVersion: '1',
  creationTimestamp: '2026-11-21T02:00:00Z',
  ...more,
});
const owner = (uid: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid, controller: true }],
});

const ITEMS: Readonly<Record<string, readonly object[]>> = {
  pods: [
    { metadata: meta('web-1', owner('rs-1')), spec: { nodeName: 'n1', containers: [] } },
    { metadata: meta('web-2', owner('rs-1')), spec: { nodeName: 'n2', containers: [] } },
    { metadata: meta('alone'), spec: { nodeName: 'n1', containers: [] } },
  ],
  nodes: [{ metadata: meta('n1', { namespace: undefined }) }],
  events: [
    {
      metadata: meta('web-1.17'),
      involvedObject: { kind: 'Pod', uid: 'uid-web-1' },
      lastTimestamp: '2026-11-21T02:00:00Z',
    },
  ],
};

const resourceOf = ({ path }: SeenRequest) => path.split('/').at(-1) ?? '';

const stops: AbortController[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop.abort()));

async function start(
  answer: (resource: string, request: SeenRequest) => Script | undefined = () => undefined,
  namespaces?: readonly string[],
) {
  const clock = createFakeClock(Date.UTC(2026, 10, 21, 3));
  const connection = createFakeConnection((request) => {
    const resource = resourceOf(request);
    const scripted = answer(resource, request);
    if (scripted) return scripted;
    if (request.query['watch']) return { body: new PassThrough() };
    return { body: { kind: 'List', metadata: { resourceVersion: '9' }, items: ITEMS[resource] ?? [] } };
  });
  const cache = createClusterCache({
    connection,
    clock,
    random: () => 0,
    watchList: false,
    namespaces,
    report: () => undefined,
  });
  const changes: ClusterChanges[] = [];
  cache.subscribe((more) => changes.push(more));
  const stop = new AbortController();
  stops.push(stop);
  const ended = cache.start(stop.signal);
  await clock.settle();
  return { cache, changes, connection, clock, stop, ended };
}

describe('createClusterCache', () => {
  it('lists every kind across namespaces, and finds by owner, node, namespace and regarding', async () => {
    const { cache, connection } = await start();
    expect(
      connection.requests
        .filter(({ query }) => !query['watch'])
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual([
      '/api/v1/events',
      '/api/v1/nodes',
      '/api/v1/pods',
      '/api/v1/services',
      '/apis/apps/v1/controllerrevisions',
      '/apis/apps/v1/daemonsets',
      '/apis/apps/v1/deployments',
      '/apis/apps/v1/replicasets',
      '/apis/apps/v1/statefulsets',
      '/apis/batch/v1/cronjobs',
      '/apis/batch/v1/jobs',
      '/apis/discovery.k8s.io/v1/endpointslices',
    ]);
    expect(cache.pods.by('owner', 'rs-1').map(({ meta: { name } }) => name)).toEqual(['web-1', 'web-2']);
    expect(cache.pods.by('node', 'n1').map(({ meta: { name } }) => name)).toEqual(['web-1', 'alone']);
    expect(cache.pods.by('namespace', 'shop')).toHaveLength(3);
    expect(cache.events.by('regarding', 'uid-web-1')).toHaveLength(1);
    expect(cache.nodes.get('', 'n1')?.meta.name).toBe('n1');
    expect(cache.states().map(({ state }) => state)).toEqual(KIND_NAMES.map(() => 'live'));
  });

  it('in one namespace asks only there, but for nodes', async () => {
    const { connection } = await start(undefined, ['shop']);
    const paths = new Set(connection.requests.map(({ path }) => path));
    expect(paths).toContain('/api/v1/namespaces/shop/pods');
    expect(paths).toContain('/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices');
    expect([...paths].filter((path) => !path.includes('/namespaces/shop/'))).toEqual(['/api/v1/nodes']);
  });

  it('in several namespaces shows those it may see, and names the others', async () => {
    const forbidden = { kind: 'Status', code: 403, reason: 'Forbidden', message: 'pods is forbidden' };
    const { cache } = await start(
      (resource, { path, query }) => {
        if (!path.includes('/pay/') || query['watch']) return undefined;
        if (resource === 'pods') return { status: 403, body: forbidden };
        return { body: { kind: 'List', metadata: { resourceVersion: '9' }, items: [] } };
      },
      ['shop', 'pay'],
    );
    const [pods, events, nodes] = cache.states();
    expect(pods).toMatchObject({ kind: 'pods', state: 'live', objects: 3, forbiddenIn: ['pay'] });
    expect(events).toMatchObject({ kind: 'events', state: 'live', objects: 1 });
    expect(events?.forbiddenIn).toBeUndefined();
    expect(nodes).toMatchObject({ kind: 'nodes', objects: 1 });
  });

  it('tells changes by kind, after the listers have them', async () => {
    const { changes } = await start();
    expect(changes.map(({ kind, changes: more }) => [kind, more.length]).toSorted()).toEqual([
      ['events', 1],
      ['nodes', 1],
      ['pods', 3],
    ]);
  });

  it('R5: what happens to one kind does not touch the others', async () => {
    const { cache } = await start((resource) => {
      if (resource === 'events')
        return {
          status: 403,
          body: { kind: 'Status', code: 403, reason: 'Forbidden', message: 'events is forbidden' },
        };
      if (resource === 'jobs') return { status: 404, body: '404 page not found' };
      if (resource === 'services') return 'never';
      if (resource === 'deployments') return { status: 500, body: '' };
      return undefined;
    });
    const states = Object.fromEntries(cache.states().map(({ kind, state }) => [kind, state]));
    expect(states).toMatchObject({
      events: 'forbidden',
      jobs: 'absent',
      services: 'syncing',
      deployments: 'syncing',
      pods: 'live',
      nodes: 'live',
    });
    expect(cache.pods.size).toBe(3);
  });

  it('a listener that has left hears nothing more', async () => {
    const { cache, clock } = await start((resource, { query }) =>
      resource === 'pods' && query['watch']
        ? { status: 410, body: { kind: 'Status', code: 410, reason: 'Expired' } }
        : undefined,
    );
    let heard = 0;
    cache.onState(() => heard++)();
    await clock.advance(5_000);
    expect(heard).toBe(0);
  });

  it('a listener that throws is reported and stops nothing', async () => {
    const reports: string[] = [];
    const clock = createFakeClock(0);
    const connection = createFakeConnection((request) =>
      request.query['watch']
        ? { body: new PassThrough() }
        : {
            body: {
              kind: 'List',
              metadata: { resourceVersion: '9' },
              items: ITEMS[resourceOf(request)] ?? [],
            },
          },
    );
    const cache = createClusterCache({
      connection,
      clock,
      random: () => 0,
      watchList: false,
      report: ({ kind, what, message }) => reports.push(`${kind} ${what} ${message}`),
    });
    cache.subscribe(({ kind }) => {
      if (kind === 'pods') throw new Error('a bug in a view');
    });
    const stop = new AbortController();
    stops.push(stop);
    void cache.start(stop.signal);
    await clock.settle();
    expect(reports).toEqual(['pods listener a bug in a view']);
    expect(cache.states().every(({ state }) => state === 'live')).toBe(true);
  });

  it('start resolves once every loop has ended', async () => {
    const { stop, ended } = await start();
    stop.abort();
    await expect(ended).resolves.toBeUndefined();
  });

  it('two caches hash the same value differently unless they share a key', () => {
    const options = {
      connection: createFakeConnection(() => 'never'),
      clock: createFakeClock(0),
      random: () => 0,
      report: () => undefined,
    };
    expect(createClusterCache(options).hash('x')).not.toBe(createClusterCache(options).hash('x'));
    const hashKey = Buffer.from('k');
    expect(createClusterCache({ ...options, hashKey }).hash('x')).toBe(
      createClusterCache({ ...options, hashKey }).hash('x'),
    );
  });
});
