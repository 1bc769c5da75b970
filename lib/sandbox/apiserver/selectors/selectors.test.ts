import { describe, expect, it } from 'vitest';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { findResource } from '#lib/sandbox/apiserver/resources.ts';
import { parseFieldSelector } from './field-selector.ts';
import { parseLabelSelector } from './label-selector.ts';

describe('label selectors', () => {
  it.each([
    ['', { app: 'web' }, true],
    ['app=web', { app: 'web' }, true],
    ['app==web,tier!=db', { app: 'web' }, true],
    ['app!=web', { app: 'web' }, false],
    ['app in (web, api)', { app: 'api' }, true],
    ['app notin (web)', {}, true],
    ['app', {}, false],
    ['!app', {}, true],
    ['app=', { app: '' }, true],
    ['app.kubernetes.io/name in (a),!gone', { 'app.kubernetes.io/name': 'a' }, true],
  ])('%s on %j is %s', (selector, labels, expected) => {
    expect(parseLabelSelector(selector)(labels as Record<string, string>)).toBe(expected);
  });

  it('names what it did not expect', () => {
    expect(() => parseLabelSelector('a=b=c')).toThrow("found '=', expected: ',' or 'end of string'");
    expect(() => parseLabelSelector('a=((')).toThrow(
      "unable to parse requirement: found '(', expected: identifier",
    );
  });
});

describe('field selectors', () => {
  const pods = findResource('', 'v1', 'pods');
  const nodes = findResource('', 'v1', 'nodes');
  const running = {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { nodeName: 'n1' },
    status: { phase: 'Running' },
  } as unknown as KubeObject;

  it.each([
    ['status.phase=Running,spec.nodeName=n1', true],
    ['status.phase!=Running', false],
    ['metadata.name==web', true],
    ['status.podIP=', true],
  ])('%s', (selector, expected) => {
    expect(pods && parseFieldSelector(selector, pods)(running)).toBe(expected);
  });

  it('reads an absent boolean as false', () => {
    expect(nodes && parseFieldSelector('spec.unschedulable=false', nodes)(running)).toBe(true);
  });

  it('refuses fields that the resource does not index', () => {
    expect(() => pods && parseFieldSelector('spec.foo=1', pods)).toThrow(
      'field label not supported: spec.foo',
    );
  });
});
