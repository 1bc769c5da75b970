import { describe, expect, it } from 'vitest';
import { isObject, objectAt, objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { deployment, pod, testServer } from '#lib/sandbox/apiserver/test-server.ts';

const PODS = '/api/v1/namespaces/default/pods';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

const names = (list: JsonObject): readonly (string | undefined)[] =>
  objectsAt(list, 'items').map((item) => stringAt(item, 'metadata', 'name'));
const version = (list: JsonObject): string => stringAt(list, 'metadata', 'resourceVersion') ?? '';

function withPods(...list: readonly string[]) {
  const cluster = testServer();
  for (const name of list) cluster.post(PODS, pod(name, { app: name }));
  return cluster;
}

describe('list', () => {
  it('leaves kind and apiVersion out of the items', () => {
    const { body } = withPods('a').get(PODS);
    expect(body).toMatchObject({ kind: 'PodList', apiVersion: 'v1' });
    expect(objectsAt(body, 'items')[0]).not.toHaveProperty('kind');
  });

  it('pages through one consistent version', () => {
    const cluster = withPods('a', 'b', 'c');
    const first = cluster.get(`${PODS}?limit=2`).body;
    expect(names(first)).toEqual(['a', 'b']);
    expect(objectAt(first, 'metadata')).toMatchObject({ remainingItemCount: 1 });
    cluster.del(`${PODS}/c`);
    cluster.post(PODS, pod('d'));
    const next = cluster.get(`${PODS}?limit=2&continue=${stringAt(first, 'metadata', 'continue')}`).body;
    expect(names(next)).toEqual(['c']);
    expect(version(next)).toBe(version(first));
  });

  it('does not count what remains behind a selector', () => {
    const { body } = withPods('a', 'b').get(`${PODS}?limit=1&labelSelector=app`);
    expect(objectAt(body, 'metadata')).not.toHaveProperty('remainingItemCount');
  });

  it('expires a continue token whose version is forgotten', () => {
    const cluster = withPods('a', 'b');
    const first = cluster.get(`${PODS}?limit=1`).body;
    cluster.post(PODS, pod('c'));
    cluster.server.faults.expireWatches();
    const { status, body } = cluster.get(
      `${PODS}?limit=1&continue=${stringAt(first, 'metadata', 'continue')}`,
    );
    expect(status).toBe(410);
    expect(body).toMatchObject({ reason: 'Expired' });
  });

  it('refuses a broken token, a version from the future and an unknown field', () => {
    const cluster = withPods();
    expect(cluster.get(`${PODS}?continue=nonsense`).status).toBe(400);
    expect(cluster.get(`${PODS}?resourceVersion=999999`).status).toBe(504);
    expect(cluster.get(`${PODS}?fieldSelector=spec.foo%3D1`).body).toMatchObject({
      code: 400,
      message: 'field label not supported: spec.foo',
    });
  });

  it('reads an exact older version', () => {
    const cluster = withPods('a');
    const then = version(cluster.get(PODS).body);
    cluster.post(PODS, pod('b'));
    expect(names(cluster.get(`${PODS}?resourceVersion=${then}&resourceVersionMatch=Exact`).body)).toEqual([
      'a',
    ]);
    expect(names(cluster.get(`${PODS}?resourceVersion=${then}`).body)).toEqual(['a', 'b']);
  });

  it('shows metadata alone when asked, and no Secret data then', () => {
    const cluster = withPods();
    cluster.post('/api/v1/namespaces/default/secrets', {
      metadata: { name: 's' },
      stringData: { password: 'hunter2' },
    });
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    const { body } = cluster.get('/api/v1/namespaces/default/secrets', { accept });
    expect(body.kind).toBe('PartialObjectMetadataList');
    expect(JSON.stringify(body)).not.toContain(Buffer.from('hunter2').toString('base64'));
  });
});

describe('watch', () => {
  const kinds = (frames: readonly { readonly type: string }[]): readonly string[] =>
    frames.map(({ type }) => type);

  it('sends what is there, then what changes', () => {
    const cluster = withPods('a');
    const { frames } = cluster.watch(`${PODS}?watch=true`);
    cluster.patch(`${PODS}/a`, 'merge', { metadata: { labels: { x: 'y' } } });
    cluster.del(`${PODS}/a`);
    expect(kinds(frames)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  });

  it('continues from a version without repeating it', () => {
    const cluster = withPods('a');
    const since = version(cluster.get(PODS).body);
    cluster.post(PODS, pod('b'));
    const { frames } = cluster.watch(`${PODS}?watch=true&resourceVersion=${since}`);
    expect(frames.map(({ object }) => stringAt(object, 'metadata', 'name'))).toEqual(['b']);
  });

  it('turns a change of match into ADDED and DELETED', () => {
    const cluster = withPods('a');
    const since = version(cluster.get(PODS).body);
    const { frames } = cluster.watch(`${PODS}?watch=true&labelSelector=x%3Dy&resourceVersion=${since}`);
    cluster.patch(`${PODS}/a`, 'merge', { metadata: { labels: { x: 'y' } } });
    cluster.patch(`${PODS}/a`, 'merge', { metadata: { labels: { x: 'z' } } });
    expect(kinds(frames)).toEqual(['ADDED', 'DELETED']);
    expect(stringAt(frames[1]?.object, 'metadata', 'labels', 'x')).toBe('y');
  });

  it('answers a forgotten version with one ERROR event and ends', () => {
    const cluster = withPods('a');
    const watch = cluster.watch(`${PODS}?watch=true&resourceVersion=1`);
    expect(watch).toMatchObject({
      ended: true,
      frames: [{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }],
    });
  });

  it('sends bookmarks every minute and before it closes in time', () => {
    const cluster = withPods();
    const since = version(cluster.get(PODS).body);
    const watch = cluster.watch(
      `${PODS}?watch=true&resourceVersion=${since}&allowWatchBookmarks=true&timeoutSeconds=90`,
    );
    cluster.advance(60_000);
    expect(watch.frames).toMatchObject([
      { type: 'BOOKMARK', object: { kind: 'Pod', metadata: { resourceVersion: since } } },
    ]);
    cluster.advance(30_000);
    expect(watch).toMatchObject({ ended: true, frames: [{ type: 'BOOKMARK' }, { type: 'BOOKMARK' }] });
  });

  it('marks the end of initial events', () => {
    const query =
      'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const { frames } = withPods('a', 'b').watch(`${PODS}?${query}`);
    expect(kinds(frames)).toEqual(['ADDED', 'ADDED', 'BOOKMARK']);
    expect(stringAt(frames[2]?.object, 'metadata', 'annotations', 'k8s.io/initial-events-end')).toBe('true');
  });

  it('stops when the client leaves', () => {
    const cluster = withPods();
    const watch = cluster.watch(`${PODS}?watch=true`);
    watch.close();
    cluster.post(PODS, pod('late'));
    expect(watch.frames).toEqual([]);
  });

  it('is ended by the server between half an hour and an hour when the client sets no time', () => {
    const cluster = withPods('a');
    const watches = Array.from({ length: 8 }, (_, n) =>
      cluster.watch(`${PODS}?watch=1&labelSelector=n%3D${n}`),
    );
    cluster.advance(30 * 60_000 - 1);
    expect(watches.filter(({ ended }) => ended)).toHaveLength(0);
    cluster.advance(15 * 60_000);
    const early = watches.filter(({ ended }) => ended).length;
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(8);
    cluster.advance(15 * 60_000 + 1);
    expect(watches.filter(({ ended }) => ended)).toHaveLength(8);
  });

  it('waits in silence for a version that does not exist yet', () => {
    const cluster = withPods('a');
    const future = Number(version(cluster.get(PODS).body)) + 2;
    const watch = cluster.watch(`${PODS}?watch=1&resourceVersion=${future}`);
    for (const name of ['b', 'c', 'd']) cluster.post(PODS, pod(name));
    expect(watch.ended).toBe(false);
    expect(watch.frames.map(({ object }) => stringAt(object, 'metadata', 'name'))).toEqual(['d']);
    const initial = `${PODS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=999999`;
    expect(cluster.get(initial).body).toMatchObject({
      code: 504,
      message: expect.stringMatching(/^Timeout: Too large resource version: 999999, current: \d+$/) as string,
    });
  });

  it('ends every watch with 410 when history is lost', () => {
    const cluster = withPods();
    const watch = cluster.watch(`${PODS}?watch=true`);
    cluster.server.faults.expireWatches();
    expect(watch).toMatchObject({ ended: true, frames: [{ type: 'ERROR', object: { code: 410 } }] });
  });

  it('sends one-row Tables with the columns in the first only', () => {
    const { frames } = withPods('a', 'b').watch(`${PODS}?watch=true`, { accept: TABLE });
    const columns = frames.map(({ object }) => object.columnDefinitions);
    expect(columns[0]).toContainEqual({
      name: 'Name',
      type: 'string',
      format: 'name',
      description: '',
      priority: 0,
    });
    expect(columns[1]).toBeNull();
  });
});

describe('tables', () => {
  const cells = (body: JsonObject) => objectsAt(body, 'rows').map((row) => row.cells);

  it('compute ages on the server’s clock and carry metadata only', () => {
    const cluster = testServer();
    cluster.post('/apis/apps/v1/namespaces/default/deployments', deployment('web'));
    cluster.advance(125_000);
    const { body } = cluster.get('/apis/apps/v1/namespaces/default/deployments', { accept: TABLE });
    expect(cells(body)).toEqual([['web', '0/1', 0, 0, '2m5s', 'app', 'shop/web:1', 'app=web']]);
    expect(objectsAt(body, 'rows')[0]?.object).toMatchObject({ kind: 'PartialObjectMetadata' });
  });

  it.each<[string, JsonObject, string, string]>([
    [
      'a crash loop',
      { containerStatuses: [status(false, 4, { waiting: { reason: 'CrashLoopBackOff' } })] },
      'CrashLoopBackOff',
      '4 (60s ago)',
    ],
    ['a signal', { containerStatuses: [status(false, 0, { terminated: { signal: 9 } })] }, 'Signal:9', '0'],
    [
      'an exit without a reason',
      { containerStatuses: [status(false, 0, { terminated: { exitCode: 3 } })] },
      'ExitCode:3',
      '0',
    ],
    ['an evicted Pod', { phase: 'Failed', reason: 'Evicted' }, 'Evicted', '0'],
    [
      'a failing init container',
      { initContainerStatuses: [status(false, 1, { terminated: { exitCode: 1, reason: 'Error' } })] },
      'Init:Error',
      '1 (60s ago)',
    ],
  ])('print the status of %s as kubectl shows it', (_name, podStatus, text, restarts) => {
    const cluster = testServer();
    cluster.post(PODS, {
      ...pod('a'),
      spec: { initContainers: [{ name: 'i', image: 'i' }], containers: [{ name: 'app', image: 'i' }] },
    });
    cluster.patch(`${PODS}/a/status`, 'merge', { status: podStatus });
    cluster.advance(60_000);
    const [row] = cells(cluster.get(PODS, { accept: TABLE }).body);
    expect(Array.isArray(row) && [row[2], row[3]]).toEqual([text, restarts]);
  });

  function status(ready: boolean, restartCount: number, state: JsonObject): JsonObject {
    const lastState =
      restartCount > 0 ? { terminated: { finishedAt: '2026-01-05T12:00:00Z', exitCode: 1 } } : {};
    return { name: 'app', ready, restartCount, state, lastState };
  }
});

describe('events', () => {
  it('are one set of objects in two groups', () => {
    const cluster = testServer();
    cluster.post('/apis/events.k8s.io/v1/namespaces/default/events', {
      metadata: { name: 'e' },
      regarding: { kind: 'Pod', name: 'a' },
      note: 'hello',
      reason: 'Greeting',
      eventTime: '2026-01-05T12:00:00.000000Z',
      reportingController: 'me',
    });
    const core = cluster.get('/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Da').body;
    expect(objectsAt(core, 'items')).toMatchObject([
      { message: 'hello', involvedObject: { name: 'a' }, reportingComponent: 'me' },
    ]);
    const view = cluster.get('/apis/events.k8s.io/v1/namespaces/default/events/e').body;
    expect(view).toMatchObject({ apiVersion: 'events.k8s.io/v1', note: 'hello', regarding: { name: 'a' } });
    expect(isObject(view.involvedObject)).toBe(false);
  });
});
