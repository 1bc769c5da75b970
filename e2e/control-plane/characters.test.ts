import { describe, expect, it } from 'vitest';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import { podIdentities } from './characters.ts';

const pod = (uid: string, owner?: { name: string; uid: string }, hash?: string): Pod => ({
  metadata: {
    name: `name-${uid}`,
    namespace: 'shop',
    uid,
    resourceVersion: '1',
    creationTimestamp: '2026-01-05T12:00:00Z',
    ...(hash && { labels: { 'pod-template-hash': hash } }),
    ...(owner && {
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', controller: true, ...owner }],
    }),
  },
  spec: { containers: [] },
});
const FIRST = { name: 'cart-84b5c', uid: 'rs-1' };
const SECOND = { name: 'cart-6fd77', uid: 'rs-2' };

describe('the identity of a pod', () => {
  it('is its workload, revision and place, whatever its name and uid', () => {
    const identityOf = podIdentities();
    const seen = [
      pod('a', FIRST, '84b5c'),
      pod('b', FIRST, '84b5c'),
      pod('c', SECOND, '6fd77'),
      pod('d', { name: 'db', uid: 'sts-1' }),
      pod('e'),
    ].map(identityOf);
    expect(seen).toEqual([
      { workload: 'shop/cart', revision: 1, ordinal: 1 },
      { workload: 'shop/cart', revision: 1, ordinal: 2 },
      { workload: 'shop/cart', revision: 2, ordinal: 1 },
      { workload: 'shop/db', revision: 1, ordinal: 1 },
      { workload: 'shop/name-e', revision: 1, ordinal: 1 },
    ]);
  });

  it('stays when the pod is seen again', () => {
    const identityOf = podIdentities();
    const first = identityOf(pod('a', FIRST, '84b5c'));
    identityOf(pod('b', FIRST, '84b5c'));
    expect(identityOf(pod('a', FIRST, '84b5c'))).toEqual(first);
  });
});
