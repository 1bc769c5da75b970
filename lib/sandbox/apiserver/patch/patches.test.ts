import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { frozenCopy } from '#lib/sandbox/apiserver/objects/json.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

describe('merge patch (RFC 7386, appendix A)', () => {
  it.each<[Json, Json, Json]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j + %j = %j', (target, patch, expected) => {
    expect(mergePatch(target, patch)).toEqual(expected);
  });

  it('leaves its input alone', () => {
    const json = fc.jsonValue() as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        mergePatch(target, patch);
        expect(JSON.stringify([target, patch])).toBe(before);
      }),
    );
  });
});

describe('JSON patch (RFC 6902)', () => {
  const document = frozenCopy({ a: { 'x/y': 1 }, list: [1, 2, 3] }) as JsonObject;

  it.each<[string, Json, Json]>([
    ['adds', [{ op: 'add', path: '/b', value: 2 }], { a: { 'x/y': 1 }, list: [1, 2, 3], b: 2 }],
    [
      'unescapes pointers',
      [{ op: 'replace', path: '/a/x~1y', value: 5 }],
      { a: { 'x/y': 5 }, list: [1, 2, 3] },
    ],
    [
      'inserts into lists',
      [{ op: 'add', path: '/list/1', value: 9 }],
      { a: { 'x/y': 1 }, list: [1, 9, 2, 3] },
    ],
    ['appends with -', [{ op: 'add', path: '/list/-', value: 4 }], { a: { 'x/y': 1 }, list: [1, 2, 3, 4] }],
    ['removes', [{ op: 'remove', path: '/list/0' }], { a: { 'x/y': 1 }, list: [2, 3] }],
    ['moves', [{ op: 'move', from: '/a', path: '/b' }], { b: { 'x/y': 1 }, list: [1, 2, 3] }],
    ['copies', [{ op: 'copy', from: '/list/2', path: '/a/z' }], { a: { 'x/y': 1, z: 3 }, list: [1, 2, 3] }],
    [
      'passes a test that holds',
      [{ op: 'test', path: '/list', value: [1, 2, 3] }],
      { a: { 'x/y': 1 }, list: [1, 2, 3] },
    ],
  ])('%s', (_name, patch, expected) => {
    expect(jsonPatch(document, patch)).toEqual(expected);
  });

  it.each<[string, Json]>([
    [
      'a test that fails',
      [
        { op: 'add', path: '/b', value: 1 },
        { op: 'test', path: '/b', value: 2 },
      ],
    ],
    ['a missing path', [{ op: 'remove', path: '/nope' }]],
    ['an index past the end', [{ op: 'add', path: '/list/7', value: 1 }]],
    ['an unknown operation', [{ op: 'increment', path: '/list/0' }]],
  ])('refuses the whole patch for %s', (_name, patch) => {
    expect(() => jsonPatch(document, patch)).toThrow(/server rejected our request due to an error/);
  });
});

describe('strategic merge patch', () => {
  const apply = (target: JsonObject, patch: JsonObject, kind = 'Deployment') =>
    strategicMergePatch(target, patch, kind);
  const two = {
    containers: [
      { name: 'a', image: '1' },
      { name: 'b', image: '1' },
    ],
  };

  it('changes one container by name, as kubectl set image does', () => {
    const patch = { '$setElementOrder/containers': [{ name: 'b' }], containers: [{ name: 'b', image: '2' }] };
    expect(apply(two, patch)).toEqual({
      containers: [
        { name: 'a', image: '1' },
        { name: 'b', image: '2' },
      ],
    });
  });

  it('removes an element with $patch: delete', () => {
    expect(apply(two, { containers: [{ name: 'a', $patch: 'delete' }] })).toEqual({
      containers: [{ name: 'b', image: '1' }],
    });
  });

  it('replaces a list with $patch: replace', () => {
    expect(apply(two, { containers: [{ name: 'c' }, { $patch: 'replace' }] })).toEqual({
      containers: [{ name: 'c' }],
    });
  });

  it('orders by $setElementOrder and leaves the server’s own elements behind their neighbours', () => {
    const target = { env: [{ name: 'a' }, { name: 'injected' }, { name: 'b' }] };
    const patch = { '$setElementOrder/env': [{ name: 'b' }, { name: 'a' }] };
    expect(apply(target, patch)).toEqual({ env: [{ name: 'b' }, { name: 'a' }, { name: 'injected' }] });
  });

  it('keeps only what $retainKeys names', () => {
    const target = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } };
    const patch = { strategy: { $retainKeys: ['type'], type: 'Recreate' } };
    expect(apply(target, patch)).toEqual({ strategy: { type: 'Recreate' } });
  });

  it('removes from primitive lists and merges finalizers as a set', () => {
    const target = { finalizers: ['a', 'b'] };
    expect(apply(target, { '$deleteFromPrimitiveList/finalizers': ['a'] })).toEqual({ finalizers: ['b'] });
    expect(apply(target, { finalizers: ['c'] })).toEqual({ finalizers: ['a', 'b', 'c'] });
  });

  it('replaces lists without a merge key, and merges ports by the key of their kind', () => {
    expect(apply({ args: ['x', 'y'] }, { args: ['z'] })).toEqual({ args: ['z'] });
    const service = { ports: [{ port: 80, name: 'http' }] };
    expect(apply(service, { ports: [{ port: 80, targetPort: 8080 }] }, 'Service')).toEqual({
      ports: [{ port: 80, name: 'http', targetPort: 8080 }],
    });
  });

  it('deletes with null and leaves no directive behind', () => {
    expect(apply({ paused: true }, { paused: null })).toEqual({});
    expect(apply({}, { volumes: [{ name: 'v', emptyDir: { $patch: 'replace' } }] })).toEqual({
      volumes: [{ name: 'v', emptyDir: {} }],
    });
  });
});
