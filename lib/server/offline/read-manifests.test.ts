import { describe, expect, it } from 'vitest';
import { asText, asWire } from '#lib/kube/to-model/wire.ts';
import { ManifestError } from './manifest-error.ts';
import { readManifests } from './read-manifests.ts';

const names = (text: string) =>
  readManifests(text, 'dump').objects.map(
    (object) => `${asText(object['kind'])}/${asText(asWire(object['metadata'])['name'])}`,
  );
const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });
const problem = (text: string): string => {
  try {
    readManifests(text, 'dump');
    return 'no error';
  } catch (error) {
    return error instanceof ManifestError ? error.message : `not a ManifestError: ${String(error)}`;
  }
};

describe('what kubectl prints', () => {
  it('is one object, or a List of them', () => {
    expect(names(JSON.stringify(pod('a')))).toEqual(['Pod/a']);
    expect(names(JSON.stringify({ kind: 'List', items: [pod('a'), pod('b')] }))).toEqual(['Pod/a', 'Pod/b']);
  });

  it('may be JSON documents one after the other', () => {
    const text = `${JSON.stringify(pod('a'), null, 2)}\n${JSON.stringify({ kind: 'List', items: [pod('b')] })}\n`;
    expect(names(text)).toEqual(['Pod/a', 'Pod/b']);
  });

  it('may be YAML documents, with times left as texts', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\nkind: Pod\nmetadata:\n  name: b\n---\n';
    expect(names(text)).toEqual(['Pod/a', 'Pod/b']);
    const [object] = readManifests('kind: Pod\nat: 2026-11-21T03:00:00Z\n', 'dump').objects;
    expect(object?.['at']).toBe('2026-11-21T03:00:00Z');
  });

  it('gives the items of a raw PodList their kind', () => {
    expect(
      names(JSON.stringify({ apiVersion: 'v1', kind: 'PodList', items: [{ metadata: { name: 'a' } }] })),
    ).toEqual(['Pod/a']);
  });

  it('tells which kinds came as a list', () => {
    const one = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } });
    const list = JSON.stringify({ kind: 'List', items: [pod('a')] });
    expect([...readManifests(one + list, 'dump').listedKinds]).toEqual(['Pod']);
  });

  it('does not stumble over brackets inside texts', () => {
    expect(names(JSON.stringify({ ...pod('a'), note: '}]{"\\' }))).toEqual(['Pod/a']);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['nothing', ' \n', 'dump:1:1: there is nothing in it'],
    ['a cut file', '{"kind":"List","items":[{"kind":"Pod"', 'dump:1:38: the JSON ends in the middle'],
    ['a JSON mistake', '{\n  "kind": "Pod",\n  oops\n}', /^dump:3:3: Expected double-quoted property name/],
    ['a mistake in the second document', '{"kind":"Pod"}\n{"kind" "Pod"}', /^dump:2:9: Expected ':'/],
    ['a YAML mistake', 'kind: Pod\nmetadata: {name: a\nspec: 1\n', /^dump:\d+:\d+: /],
    ['a table', 'NAME   READY\nweb-1  0/1\n', /^dump:1:1: .*no "kind"/],
    ['an error page', '<html></html>', /^dump:1:1: .*no "kind"/],
    ['an array', '[1]', /^dump:1:1: .*no "kind"/],
  ])('%s is refused with its place', (_, text, message) => {
    expect(problem(text)).toMatch(message);
  });

  it('an alias bomb is refused', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(',')}]`,
    );
    expect(problem(`kind: Pod\na0: &a0 [x,x,x,x,x,x,x,x,x]\n${levels.join('\n')}\n`)).toMatch(
      /^dump:1:1: Excessive alias/,
    );
  });
});
