import type { Clock } from '#lib/sandbox/clock.ts';
import type { Transport } from '#lib/sandbox/transport.ts';
import { collectionPath } from './kinds.ts';
import type { Kind, KindMap, KubeObject } from './objects.ts';

export type Change<T> = { readonly object: T; readonly previous?: T; readonly deleted: boolean };

/** A read-only view of the cached objects of one kind. */
export interface Lister<T> {
  get(namespace: string | undefined, name: string): T | undefined;
  /** All, or those of one namespace, in order of (namespace, name). */
  list(namespace?: string): readonly T[];
}

type List<T> = { readonly metadata: { readonly resourceVersion: string }; readonly items: readonly T[] };

const RETRY_MS = 1000;
/** Not a namespace name: the key of the list over all namespaces. */
const ALL = '*';

/**
 * List + watch + cache of one kind. Resumes from the last seen version, lists again on 410, and also takes in
 * the answers to our own writes (`observe`), so that a reconcile pass never works on a state it has changed itself.
 */
export class Informer<K extends Kind> implements Lister<KindMap[K]> {
  readonly kind: K;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #objects = new Map<string, Map<string, KindMap[K]>>();
  /** Lists by namespace as last asked for; dropped when something in them changes. */
  readonly #sorted = new Map<string, readonly KindMap[K][]>();
  readonly #handlers: ((change: Change<KindMap[K]>) => void)[] = [];
  #resumeFrom: string | undefined;

  constructor({ kind, transport, clock }: { kind: K; transport: Transport; clock: Clock }) {
    this.kind = kind;
    this.#transport = transport;
    this.#clock = clock;
  }

  get(namespace: string | undefined, name: string): KindMap[K] | undefined {
    return this.#objects.get(namespace ?? '')?.get(name);
  }

  list(namespace?: string): readonly KindMap[K][] {
    const key = namespace ?? ALL;
    const known = this.#sorted.get(key);
    if (known) return known;
    const made =
      namespace === undefined
        ? [...this.#objects.keys()].sort().flatMap((each) => this.list(each))
        : sorted(this.#objects.get(namespace));
    this.#sorted.set(key, made);
    return made;
  }

  subscribe(handler: (change: Change<KindMap[K]>) => void): void {
    this.#handlers.push(handler);
  }

  /** Lists, then keeps watching until `signal` aborts. Resolves after the first list. */
  async start(signal: AbortSignal): Promise<void> {
    await this.#relist();
    void this.#follow(signal);
  }

  /**
   * Takes in an object some answer carried; older versions than the cached one are ignored, and so is what the watch has
   * shown already and does not show any more: it was deleted while the answer was on its way.
   */
  observe(object: KindMap[K]): void {
    const { namespace, name, uid, resourceVersion } = object.metadata;
    const isCached = this.get(namespace, name)?.metadata.uid === uid;
    const isPast = this.#resumeFrom !== undefined && !isLater(resourceVersion, this.#resumeFrom);
    if (isCached || !isPast) this.#take(object);
  }

  #take(object: KindMap[K]): void {
    const { namespace = '', name } = object.metadata;
    const previous = this.#objects.get(namespace)?.get(name);
    if (previous && !isNewer(object, previous)) return;
    if (!this.#objects.has(namespace)) this.#objects.set(namespace, new Map());
    this.#objects.get(namespace)?.set(name, object);
    this.#tell({ object, previous, deleted: false });
  }

  /** By uid: another object of that name may have come before we heard that the old one is gone. */
  forget(namespace: string | undefined, name: string, uid: string): void {
    const previous = this.get(namespace, name);
    if (previous?.metadata.uid !== uid) return;
    this.#objects.get(namespace ?? '')?.delete(name);
    this.#tell({ object: previous, previous, deleted: true });
  }

  #tell(change: Change<KindMap[K]>): void {
    this.#sorted.delete(ALL);
    this.#sorted.delete(change.object.metadata.namespace ?? '');
    for (const handler of this.#handlers) handler(change);
  }

  async #relist(): Promise<void> {
    const { status, body } = await this.#transport.request({
      method: 'GET',
      path: collectionPath(this.kind),
    });
    if (status >= 400) throw new Error(`Cannot list ${this.kind}: HTTP ${status}`);
    const { metadata, items } = body as List<KindMap[K]>; // wire edge
    const seen = new Set(items.map(({ metadata: { namespace = '', name } }) => `${namespace}/${name}`));
    for (const { metadata: old } of this.list()) {
      if (!seen.has(`${old.namespace ?? ''}/${old.name}`)) this.forget(old.namespace, old.name, old.uid);
    }
    for (const item of items) this.#take(item);
    this.#resumeFrom = metadata.resourceVersion;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#resumeFrom === undefined) await this.#relist();
        const query = `?watch=1&allowWatchBookmarks=true&resourceVersion=${this.#resumeFrom ?? ''}`;
        for await (const event of this.#transport.watch<KindMap[K]>(
          collectionPath(this.kind) + query,
          signal,
        )) {
          if (event.type === 'ERROR') {
            this.#resumeFrom = undefined; // 410: our place has left the journal
            break;
          }
          this.#resumeFrom = event.object.metadata.resourceVersion;
          const { namespace, name, uid } = event.object.metadata;
          if (event.type === 'DELETED') this.forget(namespace, name, uid);
          else if (event.type !== 'BOOKMARK') this.#take(event.object);
        }
      } catch {
        // No answer from the server: try again below, for as long as we run.
      }
      if (!signal.aborted) await new Promise<void>((resolve) => this.#clock.after(RETRY_MS, resolve));
    }
  }
}

/** Resource versions of one server are ordered decimal numbers (KEP-5504). */
const isLater = (version: string, than: string): boolean =>
  version.length === than.length ? version > than : version.length > than.length;

const isNewer = (object: KubeObject, than: KubeObject): boolean =>
  isLater(object.metadata.resourceVersion, than.metadata.resourceVersion);

function sorted<T extends KubeObject>(objects: Map<string, T> | undefined): T[] {
  return [...(objects?.values() ?? [])].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}
