import { describe, expect, it } from 'vitest';
import type { KubeObject, OwnerReference } from '#lib/sandbox/client/objects.ts';
import { claim } from './claim.ts';

const owner = {
  metadata: { name: 'db', namespace: 'shop', uid: 'owner', resourceVersion: '1', creationTimestamp: '' },
  spec: { selector: { matchLabels: { app: 'db' } } },
};
const ref = (uid: string): OwnerReference => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  name: 'db',
  uid,
  controller: true,
  blockOwnerDeletion: true,
});
const aPod = (name: string, app: string, ownerReferences?: readonly OwnerReference[]): KubeObject => ({
  metadata: {
    name,
    namespace: 'shop',
    uid: name,
    resourceVersion: '1',
    creationTimestamp: '',
    labels: { app },
    ownerReferences,
  },
});
const claimed = (objects: readonly KubeObject[], deletionTimestamp?: string) => {
  const { owned, writes } = claim({
    owner: { ...owner, metadata: { ...owner.metadata, deletionTimestamp } },
    ownerKind: { apiVersion: 'apps/v1', kind: 'StatefulSet' },
    kind: 'Pod',
    objects,
    belongs: ({ metadata }) => metadata.name !== 'stranger',
  });
  return { owned: owned.map(({ metadata }) => metadata.name), writes };
};

describe('what a controller owns', () => {
  it('is what it controls and still selects', () => {
    expect(claimed([aPod('a', 'db', [ref('owner')]), aPod('b', 'db', [ref('other')])])).toEqual({
      owned: ['a'],
      writes: [],
    });
  });

  it('grows by matching orphans, unless their name does not fit or it is being deleted', () => {
    const orphans = [aPod('a', 'db'), aPod('stranger', 'db'), aPod('b', 'web')];
    expect(claimed(orphans)).toMatchObject({
      owned: ['a'],
      writes: [{ target: { name: 'a' }, patch: { metadata: { ownerReferences: [ref('owner')] } } }],
    });
    expect(claimed(orphans, '2026-01-05T12:00:00Z')).toEqual({ owned: [], writes: [] });
  });

  it('shrinks by what was relabelled, which keeps its other owners', () => {
    const other = { ...ref('other'), controller: false };
    expect(claimed([aPod('a', 'quarantine', [other, ref('owner')])])).toMatchObject({
      owned: [],
      writes: [{ patch: { metadata: { uid: 'a', ownerReferences: [other] } } }],
    });
  });
});
