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
  readonly buckets: Map<string, Map<string, T>>;
};

const NOTHING: readonly never[] = Object.freeze([]);

/** Keyed cache of one kind, keyed by namespace and name as in client-go (tools/cache/store.go). */
export function createStore<T>({ identity, indexes, onChanges }: StoreOptions<T>): Store<T> {
  const objects = new Map<string, T>();
  const byName = new Map<string, Index<T>>(
    Object.entries(indexes).map(([name, valueOf]) => [name, { valueOf, buckets: new Map() }]),
  );
  let snapshot: readonly T[] | undefined;
  let pending: Change<T>[] | undefined;

  const emit = (changes: readonly Change<T>[]) => {
    if (changes.length === 0) return;
    // Not push(...changes): a spread of a whole cluster overflows the stack.
    if (pending) for (const change of changes) pending.push(change);
    else onChanges(changes);
  };

  const put = (key: string, object: T, previous: T | undefined) => {
    snapshot = undefined;
    objects.set(key, object);
    for (const index of byName.values()) {
      const value = index.valueOf(object);
      const before = previous === undefined ? undefined : index.valueOf(previous);
      if (before !== undefined && before !== value) removeFrom(index, before, key);
      if (value !== undefined) bucketOf(index, value).set(key, object);
    }
  };
  const drop = (key: string, object: T) => {
    snapshot = undefined;
    objects.delete(key);
    for (const index of byName.values()) {
      const value = index.valueOf(object);
      if (value !== undefined) removeFrom(index, value, key);
    }
  };

  const upserted = (object: T): readonly Change<T>[] => {
    const now = identity(object);
    const key = keyOf(now);
    const previous = objects.get(key);
    const before = previous === undefined ? undefined : identity(previous);
    const sameObject = before?.uid === now.uid;
    if (sameObject && before.resourceVersion === now.resourceVersion) return NOTHING;
    put(key, object, previous);
    if (previous === undefined) return [{ type: 'added', object }];
    if (sameObject) return [{ type: 'modified', object, previous }];
    return [
      { type: 'deleted', object: previous },
      { type: 'added', object },
    ];
  };
  const dropped = (key: string, object: T): readonly Change<T>[] => {
    drop(key, object);
    return [{ type: 'deleted', object }];
  };
  const removed = ({ uid, ...name }: Identity): readonly Change<T>[] => {
    const key = keyOf(name);
    const previous = objects.get(key);
    // A late deletion of a former bearer of the name must not take its successor.
    if (previous === undefined || identity(previous).uid !== uid) return NOTHING;
    return dropped(key, previous);
  };

  return {
    get size() {
      return objects.size;
    },
    get: (namespace, name) => objects.get(keyOf({ namespace, name })),
    list: () => (snapshot ??= [...objects.values()]),
    by: (index, value) => {
      const bucket = byName.get(index)?.buckets.get(value);
      return bucket ? [...bucket.values()] : NOTHING;
    },
    upsert: (object) => emit(upserted(object)),
    remove: (object) => emit(removed(identity(object))),
    replace(wanted, namespace) {
      const next = new Map([...wanted].map((object) => [keyOf(identity(object)), object]));
      const isKept = (key: string, object: T) =>
        next.has(key) || (namespace !== undefined && identity(object).namespace !== namespace);
      const gone = [...objects].flatMap(([key, object]) =>
        isKept(key, object) ? NOTHING : dropped(key, object),
      );
      const come = [...next.values()].flatMap(upserted);
      emit(gone.concat(come));
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

const keyOf = ({ namespace, name }: Pick<Identity, 'namespace' | 'name'>) => `${namespace}/${name}`;

function bucketOf<T>({ buckets }: Index<T>, value: string): Map<string, T> {
  const existing = buckets.get(value);
  if (existing) return existing;
  const created = new Map<string, T>();
  buckets.set(value, created);
  return created;
}

function removeFrom<T>({ buckets }: Index<T>, value: string, key: string): void {
  const bucket = buckets.get(value);
  bucket?.delete(key);
  if (bucket?.size === 0) buckets.delete(value);
}
