import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Identity } from './kinds.ts';
import { createStore, type Change } from './store.ts';

type Item = Identity & { readonly owner?: string };

const item = (name: string, resourceVersion: string, rest: Partial<Item> = {}): Item => ({
  namespace: 'shop',
  name,
  uid: `uid-${name}`,
  resourceVersion,
  ...rest,
});

function open() {
  const notifications: (readonly Change<Item>[])[] = [];
  const store = createStore<Item>({
    identity: (object) => object,
    indexes: { namespace: ({ namespace }) => namespace, owner: ({ owner }) => owner },
    onChanges: (changes) => notifications.push(changes),
  });
  return { store, notifications };
}

const anyItem = fc.record({
  namespace: fc.constantFrom('shop', 'pay'),
  name: fc.constantFrom('a', 'b', 'c'),
  uid: fc.constantFrom('u1', 'u2'),
  resourceVersion: fc.constantFrom('1', '2', '3'),
  owner: fc.option(fc.constantFrom('o1', 'o2'), { nil: undefined }),
});
type Operation = { upsert: Item } | { remove: Item } | { replace: Item[]; within?: string };
const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ upsert: anyItem }),
  fc.record({ remove: anyItem }),
  fc.record({ replace: fc.array(anyItem, { maxLength: 5 }) }),
  fc
    .tuple(fc.constantFrom('shop', 'pay'), fc.array(anyItem, { maxLength: 5 }))
    .map(([within, items]) => ({ within, replace: items.map((each) => ({ ...each, namespace: within })) })),
);

const keyOf = ({ namespace, name }: Item) => `${namespace}/${name}`;

/** The same operations on a plain Map. */
function applyToMap(map: Map<string, Item>, operation: Operation): void {
  const put = (object: Item) => {
    const old = map.get(keyOf(object));
    // An equal version is the same object by contract, whatever else a test puts in it.
    if (old?.uid === object.uid && old.resourceVersion === object.resourceVersion) return;
    map.set(keyOf(object), object);
  };
  if ('upsert' in operation) put(operation.upsert);
  else if ('remove' in operation) {
    if (map.get(keyOf(operation.remove))?.uid === operation.remove.uid) map.delete(keyOf(operation.remove));
  } else {
    const wanted = new Map(operation.replace.map((object) => [keyOf(object), object]));
    for (const [key, { namespace }] of [...map]) {
      const { within = namespace } = operation;
      if (!wanted.has(key) && namespace === within) map.delete(key);
    }
    for (const object of wanted.values()) put(object);
  }
}

const sorted = (items: Iterable<Item>) => [...items].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

describe('any sequence of operations', () => {
  it('ends equal to a Map, in the list, in every index, and in what subscribers were told', () => {
    fc.assert(
      fc.property(fc.array(anyOperation, { maxLength: 30 }), (operations) => {
        const { store, notifications } = open();
        const map = new Map<string, Item>();
        for (const operation of operations) {
          applyToMap(map, operation);
          if ('upsert' in operation) store.upsert(operation.upsert);
          else if ('remove' in operation) store.remove(operation.remove);
          else store.replace(operation.replace, operation.within);
        }
        const expected = sorted(map.values());
        expect(sorted(store.list())).toEqual(expected);
        expect(store.size).toBe(map.size);
        for (const owner of ['o1', 'o2']) {
          expect(sorted(store.by('owner', owner))).toEqual(
            expected.filter((object) => object.owner === owner),
          );
        }
        expect(sorted(replay(notifications.flat()))).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Rebuilds the store from its notifications alone, checking that each makes sense where it stands. */
function replay(changes: readonly Change<Item>[]): Iterable<Item> {
  const map = new Map<string, Item>();
  for (const change of changes) {
    const held = map.get(keyOf(change.object));
    if (change.type === 'added') expect(held).toBeUndefined();
    if (change.type === 'modified') expect(held).toBe(change.previous);
    if (change.type === 'deleted') expect(held).toBe(change.object);
    if (change.type === 'deleted') map.delete(keyOf(change.object));
    else map.set(keyOf(change.object), change.object);
  }
  return map.values();
}

describe('store', () => {
  it('replace tells the whole difference at once, deletions first', () => {
    const { store, notifications } = open();
    store.replace([item('a', '1'), item('b', '1'), item('c', '1')]);
    store.replace([item('b', '2'), item('c', '1'), item('d', '1')]);
    expect(notifications).toHaveLength(2);
    expect(notifications[1]?.map(({ type, object }) => `${type} ${object.name}`)).toEqual([
      'deleted a',
      'modified b',
      'added d',
    ]);
  });

  it('a replace with nothing new tells nobody', () => {
    const { store, notifications } = open();
    store.replace([item('a', '1')]);
    store.replace([item('a', '1')]);
    expect(notifications).toHaveLength(1);
  });

  it('a batch is one notification', () => {
    const { store, notifications } = open();
    store.batch(() => {
      store.upsert(item('a', '1'));
      store.upsert(item('b', '1'));
    });
    expect(notifications).toHaveLength(1);
  });

  it('a list handed out before a change stays as it was', () => {
    const { store } = open();
    store.upsert(item('a', '1'));
    const before = store.list();
    store.upsert(item('b', '1'));
    expect(before).toHaveLength(1);
    expect(store.list()).not.toBe(before);
    expect(store.list()).toBe(store.list());
  });

  it('replaces 150 000 objects without running out of stack', () => {
    const { store } = open();
    store.batch(() => store.replace(Array.from({ length: 150_000 }, (_, n) => item(`pod-${n}`, '1'))));
    expect(store.size).toBe(150_000);
  });
});
