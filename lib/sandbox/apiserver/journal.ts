import type { KubeObject } from './objects/kube-object.ts';
import { objectKey } from './objects/kube-object.ts';
import { expired } from './status-error.ts';

export type JournalEntry = {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Storage key of the resource, e.g. `deployments.apps`. */
  readonly storage: string;
  readonly object: KubeObject;
  /** What the entry replaced or deleted. */
  readonly previous?: KubeObject;
};

export type JournalState = {
  readonly revision: number;
  readonly objects: Readonly<Record<string, readonly KubeObject[]>>;
};

type Listener = (entry: JournalEntry) => void;

type Shelf = {
  readonly objects: Map<string, KubeObject>;
  readonly listeners: Set<Listener>;
  /** In etcd's order; made when somebody lists, then kept in order. */
  keys?: string[];
  /** The objects in that order; undefined after any change. */
  sorted?: readonly KubeObject[];
};

const FIRST_REVISION = 1000;
const DEFAULT_LIMIT = 20_000;

/**
 * Storage as one bounded journal: every write is an entry with its own revision, and the revision is the
 * resourceVersion of the object it wrote. Watching from a version, expired versions (410), bookmarks and
 * consistent paging all read from this one list, as they read from etcd's in a real cluster.
 */
export class Journal {
  readonly #shelves = new Map<string, Shelf>();
  readonly #limit: number;
  /** By the owner's uid, then by storage and key. */
  readonly #owned = new Map<string, Map<string, { readonly storage: string; readonly object: KubeObject }>>();
  #entries: JournalEntry[] = [];
  #undelivered: { readonly entry: JournalEntry; readonly listeners: ReadonlySet<Listener> }[] = [];
  #delivering = false;
  #revision = FIRST_REVISION;
  /** Entries up to and including this revision are forgotten. */
  #compactedAt = FIRST_REVISION;

  constructor({ limit = DEFAULT_LIMIT }: { readonly limit?: number } = {}) {
    this.#limit = limit;
  }

  /** The newest revision: the resourceVersion of a list read now. */
  get revision(): number {
    return this.#revision;
  }

  /** How many entries are remembered: bounded, whatever happens. */
  get length(): number {
    return this.#entries.length;
  }

  get(storage: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#shelves.get(storage)?.objects.get(objectKey(namespace, name));
  }

  /** Current objects in storage order (namespace, name). */
  list(storage: string, namespace?: string): readonly KubeObject[] {
    const shelf = this.#shelf(storage);
    shelf.keys ??= [...shelf.objects.keys()].toSorted();
    shelf.sorted ??= shelf.keys.flatMap((key) => shelf.objects.get(key) ?? []);
    return inNamespace(shelf.sorted, namespace);
  }

  /** The objects that name `uid` as an owner, by storage, in storage order. */
  ownedBy(uid: string): readonly { readonly storage: string; readonly object: KubeObject }[] {
    return [...(this.#owned.get(uid)?.values() ?? [])].toSorted(
      (a, b) => compare(a.storage, b.storage) || compare(keyOf(a.object), keyOf(b.object)),
    );
  }

  storages(): readonly string[] {
    return [...this.#shelves.keys()].toSorted();
  }

  /** Writes one object and tells its watchers before returning. `metadata.resourceVersion` is set here. */
  put(storage: string, object: KubeObject): KubeObject {
    const shelf = this.#shelf(storage);
    const key = objectKey(object.metadata.namespace, object.metadata.name);
    const previous = shelf.objects.get(key);
    const stored = this.#stamp(object);
    if (!previous) insert(shelf.keys, key);
    shelf.objects.set(key, stored);
    shelf.sorted = undefined;
    this.#disown(storage, previous);
    this.#own(storage, stored);
    this.#append({ type: previous ? 'MODIFIED' : 'ADDED', storage, object: stored, previous }, shelf);
    return stored;
  }

  /** Removes one object; its DELETED entry carries the revision of the deletion. */
  remove(storage: string, namespace: string | undefined, name: string): KubeObject | undefined {
    const shelf = this.#shelf(storage);
    const key = objectKey(namespace, name);
    const previous = shelf.objects.get(key);
    if (!previous) return undefined;
    shelf.objects.delete(key);
    shelf.keys?.splice(placeOf(shelf.keys, key), 1);
    shelf.sorted = undefined;
    this.#disown(storage, previous);
    const last = this.#stamp(previous);
    this.#append({ type: 'DELETED', storage, object: last, previous }, shelf);
    return last;
  }

  /** Entries after `revision`. Throws 410 when some of them are forgotten. */
  since(storage: string, revision: number): readonly JournalEntry[] {
    if (revision < this.#compactedAt) {
      throw expired(`too old resource version: ${revision} (${this.#compactedAt + 1})`);
    }
    const first = this.#entries.findLastIndex((entry) => entry.revision <= revision) + 1;
    return this.#entries.slice(first).filter((entry) => entry.storage === storage);
  }

  /** Objects as they were at `revision`, rebuilt by undoing what came later. Throws 410 like `since`. */
  at(storage: string, revision: number, namespace?: string): readonly KubeObject[] {
    if (revision >= this.#revision) return this.list(storage, namespace);
    const objects = new Map(this.#shelf(storage).objects);
    for (const { object, previous } of this.since(storage, revision).toReversed()) {
      const key = objectKey(object.metadata.namespace, object.metadata.name);
      if (previous) objects.set(key, previous);
      else objects.delete(key);
    }
    return inNamespace(sortedByKey(objects), namespace);
  }

  /** Calls `listener` synchronously for each later entry of `storage`. Returns its removal. */
  subscribe(storage: string, listener: Listener): () => void {
    const { listeners } = this.#shelf(storage);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Forgets all history: a watch or a continue token from before gets 410. */
  compact(): void {
    this.#entries = [];
    this.#compactedAt = this.#revision;
  }

  dump(): JournalState {
    const objects = Object.fromEntries(this.storages().map((storage) => [storage, this.list(storage)]));
    return { revision: this.#revision, objects };
  }

  /** Replaces everything with a dump. History does not survive a restart, so older versions are expired. */
  restore({ revision, objects }: JournalState): void {
    this.#owned.clear();
    for (const shelf of this.#shelves.values()) {
      shelf.objects.clear();
      shelf.keys = undefined;
      shelf.sorted = undefined;
    }
    for (const [storage, list] of Object.entries(objects)) {
      const shelf = this.#shelf(storage);
      for (const object of list) {
        shelf.objects.set(objectKey(object.metadata.namespace, object.metadata.name), object);
        this.#own(storage, object);
      }
    }
    this.#revision = revision;
    this.compact();
  }

  #own(storage: string, object: KubeObject): void {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const owned = this.#owned.get(uid) ?? new Map<string, { storage: string; object: KubeObject }>();
      this.#owned.set(uid, owned.set(`${storage} ${keyOf(object)}`, { storage, object }));
    }
  }

  #disown(storage: string, object: KubeObject | undefined): void {
    if (!object) return;
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const owned = this.#owned.get(uid);
      if (owned?.delete(`${storage} ${keyOf(object)}`) && owned.size === 0) this.#owned.delete(uid);
    }
  }

  #stamp(object: KubeObject): KubeObject {
    this.#revision += 1;
    const metadata = { ...object.metadata, resourceVersion: String(this.#revision) };
    return Object.freeze({ ...object, metadata: Object.freeze(metadata) });
  }

  #append(entry: Omit<JournalEntry, 'revision'>, shelf: Shelf): void {
    const written = { ...entry, revision: this.#revision };
    this.#entries.push(written);
    if (this.#entries.length > this.#limit * 1.25) this.#trim();
    this.#undelivered.push({ entry: written, listeners: shelf.listeners });
    this.#deliver();
  }

  /** A listener may write; what it writes is delivered after what it was told, to everyone in the same order. */
  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let next = this.#undelivered.shift(); next; next = this.#undelivered.shift()) {
        for (const listener of [...next.listeners]) listener(next.entry);
      }
    } finally {
      this.#delivering = false;
    }
  }

  #trim(): void {
    const dropped = this.#entries.length - this.#limit;
    this.#compactedAt = this.#entries[dropped - 1]?.revision ?? this.#compactedAt;
    this.#entries = this.#entries.slice(dropped);
  }

  #shelf(storage: string): Shelf {
    const known = this.#shelves.get(storage);
    if (known) return known;
    const shelf: Shelf = { objects: new Map(), listeners: new Set() };
    this.#shelves.set(storage, shelf);
    return shelf;
  }
}

const keyOf = ({ metadata }: KubeObject): string => objectKey(metadata.namespace, metadata.name);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Where a key is, or belongs, among sorted ones. */
function placeOf(keys: readonly string[], key: string): number {
  let [from, to] = [0, keys.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((keys[middle] ?? '') < key) from = middle + 1;
    else to = middle;
  }
  return from;
}

function insert(keys: string[] | undefined, key: string): void {
  keys?.splice(placeOf(keys, key), 0, key);
}

function sortedByKey(objects: ReadonlyMap<string, KubeObject>): readonly KubeObject[] {
  const keys = [...objects.keys()].toSorted();
  return keys.flatMap((key) => objects.get(key) ?? []);
}

function inNamespace(objects: readonly KubeObject[], namespace: string | undefined): readonly KubeObject[] {
  return namespace === undefined
    ? objects
    : objects.filter(({ metadata }) => metadata.namespace === namespace);
}
