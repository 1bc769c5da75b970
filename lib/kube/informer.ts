import { setMaxListeners } from 'node:events';
import type { KindState } from '#lib/contract/cluster.ts';
import type { Clock } from './clock.ts';
import type { ClusterConnection } from './connection.ts';
import { createEncoding } from './encoding.ts';
import { createJsonDecoder } from './json-decoder.ts';
import type { Kind, KindName } from './kinds.ts';
import { createListWatch } from './list-watch.ts';
import { mergedState } from './merged-state.ts';
import { createProtobufDecoder } from './protobuf/protobuf-decoder.ts';
import { runReflector } from './reflector.ts';
import { createReflectorState } from './reflector-state.ts';
import { createStore, type Change, type Lister } from './store.ts';
import type { ToModelContext } from './to-model/context.ts';
import type { ValueHash } from './to-model/value-hash.ts';
import { asWire, optionalText, type Wire } from './to-model/wire.ts';
import { createWatchListSupport } from './watch-list-support.ts';

/**
 * Something worth a log line. `odd` names a field or object that was not what the API documents, `listener` a
 * subscriber that threw, `encoding` why a kind is no longer read from protobuf, `watch-list` why its lists are no longer
 * streamed.
 */
export type KubeReport = {
  readonly kind: KindName;
  readonly what: 'relist' | 'failure' | 'odd' | 'listener' | 'encoding' | 'watch-list';
  readonly message: string;
};

/** Store of one kind with a reflector for all of it or for each namespace, and the one place where its wire objects become model objects. */
export type Informer<T> = {
  readonly lister: Lister<T>;
  state(): KindState;
  run(signal: AbortSignal): Promise<void>;
};

export type InformerOptions<T> = {
  readonly kind: Kind<T>;
  readonly connection: Pick<ClusterConnection, 'request'>;
  readonly clock: Clock;
  readonly random: () => number;
  /** Only these; undefined: all of the cluster. */
  readonly namespaces?: readonly string[];
  readonly hash: ValueHash;
  readonly silenceMs?: number;
  /** Lists as initial events of a watch where the API server knows them; true unless told otherwise. */
  readonly watchList?: boolean;
  readonly report: (report: KubeReport) => void;
  readonly onChanges: (changes: readonly Change<T>[]) => void;
  readonly onState: (state: KindState) => void;
};

const SILENCE_MS = 75_000;

export function createInformer<T>(options: InformerOptions<T>): Informer<T> {
  const { kind, connection, clock, random, report, silenceMs = SILENCE_MS } = options;
  const store = createStore<T>({
    identity: kind.identity,
    indexes: kind.indexes,
    onChanges: options.onChanges,
  });
  const toModel = createToModel(options);
  const encoding = createEncoding<T>({
    json: createJsonDecoder<T>(toModel),
    protobuf: createProtobufDecoder<T>(kind.name, toModel),
    onFallback: (message) => report({ kind: kind.name, what: 'encoding', message }),
  });
  const watchList = createWatchListSupport({
    isEnabled: options.watchList ?? true,
    onGiveUp: (message) => report({ kind: kind.name, what: 'watch-list', message }),
  });
  const parts = places(options).map((namespace) => ({
    namespace,
    state: createReflectorState(kind.name, { clock, onChange: () => options.onState(view()) }),
    listWatch: createListWatch<T>({ connection, path: kind.path(namespace), encoding, clock, silenceMs }),
  }));
  const view = () =>
    mergedState(
      kind.name,
      parts.map(({ namespace = '', state }) => ({ namespace, state: state.view(0) })),
      store.size,
    );

  return {
    lister: store,
    state: view,
    run: async (signal) => {
      setMaxListeners(0, signal);
      const reflect = ({ namespace, state, listWatch }: (typeof parts)[number]) =>
        runReflector<T>(
          {
            listWatch,
            watchList,
            identity: kind.identity,
            store: {
              upsert: (object) => store.upsert(object),
              remove: (object) => store.remove(object),
              batch: (work) => store.batch(work),
              replace: (objects) => store.replace(objects, namespace),
            },
            state,
            clock,
            random,
            report: (what, message) => report({ kind: kind.name, what, message }),
          },
          signal,
        );
      await Promise.all(parts.map(reflect));
    },
  };
}

/** What is listed and watched on its own: the cluster, or each namespace asked for; nodes are in none. */
function places<T>({ kind, namespaces = [] }: InformerOptions<T>): readonly (string | undefined)[] {
  return kind.isNamespaced && namespaces.length > 0 ? [...new Set(namespaces)] : [undefined];
}

/**
 * A kind's `toModel` that cannot take the kind down: an object without a name is left out, odd fields fall to
 * their defaults, and each oddity is counted per place in the object and reported with a name it was seen on.
 */
function createToModel<T>({ kind, hash, report }: InformerOptions<T>): (object: Wire) => T | undefined {
  const counts = new Map<string, number>();
  const note = (path: string, object: Wire) => {
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    // Powers of ten: a field that is odd everywhere must not fill the log.
    if (/^10*$/.test(String(count))) {
      const { namespace, name } = asWire(object['metadata']);
      const where = [namespace, name].filter((part) => typeof part === 'string' && part !== '').join('/');
      report({
        kind: kind.name,
        what: 'odd',
        message: `${path} of ${where || 'an object'} is odd (seen ${count} times).`,
      });
    }
  };
  return (object) => {
    const context: ToModelContext = { hash, odd: (path) => note(path, object) };
    if (optionalText(asWire(object['metadata'])['name']) === undefined) {
      note('metadata.name', object);
      return undefined;
    }
    return kind.toModel(object, context);
  };
}
