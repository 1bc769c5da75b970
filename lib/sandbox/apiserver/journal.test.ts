import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Journal } from './journal.ts';
import type { KubeObject } from './objects/kube-object.ts';

const object = (name: string, data = ''): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop', uid: name, resourceVersion: '', creationTimestamp: '' },
  data,
});
const names = (list: readonly KubeObject[]): readonly string[] => list.map(({ metadata }) => metadata.name);

describe('journal', () => {
  it('gives every write its own version, deletions included', () => {
    const journal = new Journal();
    const versions = [
      journal.put('configmaps', object('a')).metadata.resourceVersion,
      journal.put('configmaps', object('a', 'x')).metadata.resourceVersion,
      journal.remove('configmaps', 'shop', 'a')?.metadata.resourceVersion,
    ];
    expect(versions).toEqual(['1001', '1002', '1003']);
    expect(journal.since('configmaps', 1000).map(({ type }) => type)).toEqual([
      'ADDED',
      'MODIFIED',
      'DELETED',
    ]);
  });

  it('lists in storage order whatever the order of writing', () => {
    const journal = new Journal();
    for (const name of ['b', 'c', 'a']) journal.put('configmaps', object(name));
    expect(names(journal.list('configmaps', 'shop'))).toEqual(['a', 'b', 'c']);
  });

  it('rebuilds any version it still remembers', () => {
    const write = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean());
    fc.assert(
      fc.property(fc.array(write, { maxLength: 40 }), (writes) => {
        const journal = new Journal();
        const seen = new Map<number, readonly KubeObject[]>();
        for (const [index, [name, isRemoval]] of writes.entries()) {
          if (isRemoval) journal.remove('configmaps', 'shop', name);
          else journal.put('configmaps', object(name, String(index)));
          seen.set(journal.revision, journal.list('configmaps'));
        }
        for (const [revision, list] of seen) expect(journal.at('configmaps', revision)).toEqual(list);
      }),
    );
  });

  it('answers 410 for versions it has forgotten, and only for those', () => {
    const journal = new Journal({ limit: 4 });
    for (let n = 0; n < 10; n += 1) journal.put('configmaps', object('a', String(n)));
    expect(() => journal.since('configmaps', 1001)).toThrow(/too old resource version: 1001/);
    expect(journal.since('configmaps', 1009)).toHaveLength(1);
  });

  it('delivers what a listener writes after what it was told, to everyone in one order', () => {
    const journal = new Journal();
    const seen: string[] = [];
    journal.subscribe('configmaps', ({ object: { metadata } }) => {
      if (metadata.name === 'a') journal.put('configmaps', object('b'));
    });
    journal.subscribe('configmaps', ({ object: { metadata } }) => seen.push(metadata.name));
    journal.put('configmaps', object('a'));
    expect(seen).toEqual(['a', 'b']);
  });

  it('comes back from a dump with its objects and versions, and without its history', () => {
    const journal = new Journal();
    journal.put('configmaps', object('a', 'x'));
    const copy = new Journal();
    copy.restore(JSON.parse(JSON.stringify(journal.dump())) as ReturnType<Journal['dump']>);
    expect(copy.list('configmaps')).toEqual(journal.list('configmaps'));
    expect(copy.put('configmaps', object('b')).metadata.resourceVersion).toBe('1002');
    expect(() => copy.since('configmaps', 1000)).toThrow(/too old/);
  });
});

describe('owners', () => {
  const owned = (name: string, ...owners: readonly string[]) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: 'demo',
      name,
      uid: `uid-${name}`,
      resourceVersion: '',
      creationTimestamp: '2026-01-05T12:00:00Z',
      ownerReferences: owners.map((uid) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: uid, uid })),
    },
  });
  const names = (journal: Journal, uid: string) =>
    journal.ownedBy(uid).map(({ storage, object }) => `${storage} ${object.metadata.name}`);

  it('find what names them, in storage order, as it changes, goes and comes back from a dump', () => {
    const journal = new Journal();
    journal.put('pods', owned('b', 'one'));
    journal.put('pods', owned('a', 'one', 'two'));
    journal.put('jobs.batch', owned('z', 'one'));
    expect(names(journal, 'one')).toEqual(['jobs.batch z', 'pods a', 'pods b']);
    journal.put('pods', owned('a', 'two'));
    journal.remove('jobs.batch', 'demo', 'z');
    expect(names(journal, 'one')).toEqual(['pods b']);
    expect(names(journal, 'two')).toEqual(['pods a']);
    const other = new Journal();
    other.put('pods', owned('lost', 'three'));
    other.restore(journal.dump());
    expect([names(other, 'one'), names(other, 'two'), names(other, 'three')]).toEqual([
      ['pods b'],
      ['pods a'],
      [],
    ]);
  });
});
