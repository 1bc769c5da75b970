import { Buckets } from './buckets.ts';
import type { Identity, IndexName, Indexes } from './kinds.ts';

/** What happened to one object. Another uid under the same name is a deletion and an addition. */
export type Change<T> =
  | { readonly type: 'added'; readonly object: T }
  | { readonly type: 'modified'; readonly object: T; readonly previous: T }
  | { readonly type: 'deleted'; readonly object: T };

/** Read-only view of a store. Arrays are snapshots: they never change after they were handed out. */
export interface Lister<T> {
  readonly size: number;
  /** `namespace` is '' for cluster-scoped kinds. */
  get(namespace: string, name: string): T | undefined;
  list(): readonly T[];
  /** `by('owner', replicaSet.meta.uid)`; empty when the kind has no such index. */
  by(index: IndexName, value: string): readonly T[];
}

export interface Store<T> extends Lister<T> {
  /** Adds or updates; equal resourceVersion and uid is no change. */
  upsert(object: T): void;
  /** Removes the object of that name and uid; unknown ones are no change. The deletion carries the last known state. */
  remove(object: T): void;
  /**
   * Makes the store hold exactly `objects`; the difference is emitted at once, deletions first. With a namespace: of
   * those in it, and the others stay.
   */
  replace(objects: Iterable<T>, namespace?: string): void;
  /** Groups the changes made by `work` into one notification. */
  batch(work: () => void): void;
}

export type StoreOptions<T> = {
  readonly identity: (object: T) => Identity;
  readonly indexes: Indexes<T>;
  readonly onChanges: (changes: readonly Change<T>[]) => void;
};

type Index<T> = {
  readonly valueOf: (object: T) => string | undefined;
  readonly buckets: Buckets<T>;
};

const NOTHING: readonly never[] = Object.freeze([]);

/**
 * Keyed cache of one kind, keyed by namespace and name as in client-go (tools/cache/store.go), one map in the other:
 * a key of both would be a text of its own for each object, and the namespaces are an index as it is.
 */
export function createStore<T>({ identity, indexes, onChanges }: StoreOptions<T>): Store<T> {
  const namespaces = new Map<string, Map<string, T>>();
  const others = Object.entries(indexes).filter(([name]) => name !== 'namespace');
  const byName = new Map<string, Index<T>>(
    others.map(([name, valueOf]) => [name, { valueOf, buckets: new Buckets<T>() }]),
  );
  let size = 0;
  let snapshot: readonly T[] | undefined;
  let pending: Change<T>[] | undefined;

  const emit = (changes: readonly Change<T>[]) => {
    if (changes.length === 0) return;
    // Not push(...changes): a spread of a whole cluster overflows the stack.
    if (pending) for (const change of changes) pending.push(change);
    else onChanges(changes);
  };

  const find = (namespace: string, name: string) => namespaces.get(namespace)?.get(name);
  const put = ({ namespace, name }: Identity, object: T, previous: T | undefined) => {
    snapshot = undefined;
    if (previous === undefined) size++;
    mapIn(namespaces, namespace).set(name, object);
    for (const { valueOf, buckets } of byName.values()) {
      const value = valueOf(object);
      const before = previous === undefined ? undefined : valueOf(previous);
      if (previous !== undefined && before !== undefined && before === value) {
        buckets.replace(value, previous, object);
        continue;
      }
      if (previous !== undefined && before !== undefined) buckets.delete(before, previous);
      if (value !== undefined) buckets.add(value, object);
    }
  };
  const drop = ({ namespace, name }: Identity, object: T) => {
    snapshot = undefined;
    size--;
    const objects = namespaces.get(namespace);
    objects?.delete(name);
    if (objects?.size === 0) namespaces.delete(namespace);
    for (const { valueOf, buckets } of byName.values()) {
      const value = valueOf(object);
      if (value !== undefined) buckets.delete(value, object);
    }
  };

  const upserted = (object: T, into: Change<T>[]): void => {
    const now = identity(object);
    const previous = find(now.namespace, now.name);
    const before = previous === undefined ? undefined : identity(previous);
    const sameObject = before?.uid === now.uid;
    if (sameObject && before.resourceVersion === now.resourceVersion) return;
    put(now, object, previous);
    if (previous === undefined) into.push({ type: 'added', object });
    else if (sameObject) into.push({ type: 'modified', object, previous });
    else into.push({ type: 'deleted', object: previous }, { type: 'added', object });
  };
  const removed = (key: Identity, into: Change<T>[]): void => {
    const previous = find(key.namespace, key.name);
    // A late deletion of a former bearer of the name must not take its successor.
    if (previous === undefined || identity(previous).uid !== key.uid) return;
    drop(key, previous);
    into.push({ type: 'deleted', object: previous });
  };
  const changes = (work: (into: Change<T>[]) => void): readonly Change<T>[] => {
    const into: Change<T>[] = [];
    work(into);
    return into;
  };
  const all = function* (): Generator<T> {
    for (const objects of namespaces.values()) yield* objects.values();
  };

  return {
    get size() {
      return size;
    },
    get: find,
    list: () => (snapshot ??= [...all()]),
    by: (index, value) => {
      if (index === 'namespace' && indexes.namespace)
        return [...(namespaces.get(value)?.values() ?? NOTHING)];
      return byName.get(index)?.buckets.get(value) ?? NOTHING;
    },
    upsert: (object) => emit(changes((into) => upserted(object, into))),
    remove: (object) => emit(changes((into) => removed(identity(object), into))),
    replace(wanted, namespace) {
      const next = new Map<string, Map<string, T>>();
      for (const object of wanted) {
        const key = identity(object);
        mapIn(next, key.namespace).set(key.name, object);
      }
      const isGone = (key: Identity) =>
        (namespace === undefined || key.namespace === namespace) && !next.get(key.namespace)?.has(key.name);
      emit(
        changes((into) => {
          for (const object of [...all()]) if (isGone(identity(object))) removed(identity(object), into);
          for (const objects of next.values()) for (const object of objects.values()) upserted(object, into);
        }),
      );
    },
    batch(work) {
      if (pending) return work();
      const collected: Change<T>[] = [];
      pending = collected;
      try {
        work();
      } finally {
        pending = undefined;
        emit(collected);
      }
    },
  };
}

function mapIn<T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> {
  const existing = maps.get(key);
  if (existing) return existing;
  const created = new Map<string, T>();
  maps.set(key, created);
  return created;
}
