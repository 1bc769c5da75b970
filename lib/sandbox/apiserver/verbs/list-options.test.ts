import { expect, it } from 'vitest';
import { objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import { pod, testServer } from '#lib/sandbox/apiserver/test-server.ts';

const PODS = '/api/v1/namespaces/default/pods';

function withPods(...names: readonly string[]) {
  const cluster = testServer();
  for (const name of names) cluster.post(PODS, pod(name));
  return cluster;
}
/** Types of the frames, with a mark at the end of initial events. */
const frames = (query: string, ...names: readonly string[]) =>
  withPods(...names)
    .watch(`${PODS}?watch=1&${query}`)
    .frames.map(({ type, object }) =>
      stringAt(object, 'metadata', 'annotations', 'k8s.io/initial-events-end') === 'true'
        ? `${type} (end)`
        : type,
    );

it.each<[string, string[]]>([
  // Texts of apimachinery/pkg/apis/meta/internalversion/validation/validation_test.go.
  [
    'watch=1&resourceVersionMatch=NotOlderThan',
    [
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    ],
  ],
  [
    'watch=1&sendInitialEvents=true',
    [
      'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    ],
  ],
  [
    'watch=1&sendInitialEvents=true&resourceVersionMatch=Exact',
    [
      'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      'resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"',
    ],
  ],
  [
    'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&continue=x',
    ['resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided'],
  ],
  ['sendInitialEvents=true', ['sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list']],
  ['sendInitialEvents=false', ['sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list']],
  [
    'resourceVersionMatch=NotOlderThan',
    ['resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided'],
  ],
  [
    'resourceVersion=0&resourceVersionMatch=Exact',
    ['resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'],
  ],
  [
    'resourceVersion=1&resourceVersionMatch=bogus',
    ['resourceVersionMatch: Unsupported value: "bogus": supported values: "Exact", "NotOlderThan", ""'],
  ],
])('%s means nothing', (query, causes) => {
  const { status, body } = withPods().get(`${PODS}?${query}`);
  expect(status).toBe(422);
  const list = causes.length === 1 ? causes[0] : `[${causes.join(', ')}]`;
  expect(body).toMatchObject({
    reason: 'Invalid',
    message: `ListOptions.meta.k8s.io "" is invalid: ${list}`,
  });
  expect(
    objectsAt(body, 'details', 'causes').map(
      (cause) => `${stringAt(cause, 'field')}: ${stringAt(cause, 'message')}`,
    ),
  ).toEqual(causes);
});

it('a watch that names no version begins with what there is, and says where that ends if bookmarks are allowed', () => {
  expect(frames('', 'a', 'b')).toEqual(['ADDED', 'ADDED']);
  expect(frames('allowWatchBookmarks=1', 'a', 'b')).toEqual(['ADDED', 'ADDED', 'BOOKMARK (end)']);
  expect(frames('resourceVersion=0&allowWatchBookmarks=1', 'a')).toEqual(['ADDED', 'BOOKMARK (end)']);
});

it('a watch may do without', () => {
  const without = 'sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=1';
  expect(frames(without, 'a', 'b')).toEqual([]);
});

it('a watch that names a version it knows begins with the newest state', () => {
  const initial =
    'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=1&resourceVersion=1';
  expect(frames(initial, 'a', 'b')).toEqual(['ADDED', 'ADDED', 'BOOKMARK (end)']);
});

it('the last bookmark comes two seconds before the time is up', () => {
  const cluster = withPods('a');
  const since = stringAt(cluster.get(PODS).body, 'metadata', 'resourceVersion');
  const watch = cluster.watch(
    `${PODS}?watch=1&resourceVersion=${since}&allowWatchBookmarks=1&timeoutSeconds=4`,
  );
  cluster.advance(1_999);
  expect(watch.frames).toEqual([]);
  cluster.advance(1);
  expect(watch).toMatchObject({ ended: false, frames: [{ type: 'BOOKMARK' }] });
  cluster.advance(2_000);
  expect(watch).toMatchObject({ ended: true, frames: [{ type: 'BOOKMARK' }] });
});
