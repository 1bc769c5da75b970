import type { JournalEntry } from '#lib/sandbox/apiserver/journal.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { presenter } from '#lib/sandbox/apiserver/objects/present.ts';
import type { Reply, Sink, WatchFrame } from '#lib/sandbox/apiserver/reply.ts';
import { isTrue } from '#lib/sandbox/apiserver/request-info.ts';
import { groupVersion } from '#lib/sandbox/apiserver/resources.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { StatusError, badRequest, expired } from '#lib/sandbox/apiserver/status-error.ts';
import { unitOf } from '#lib/sandbox/random.ts';
import { tableFrames, wantsTable } from '#lib/sandbox/apiserver/tables/table.ts';
import { listOptions } from './list-options.ts';
import { tooLargeVersion } from './list.ts';
import type { Selection } from './selection.ts';
import { selection } from './selection.ts';

const BOOKMARK_EVERY_MS = 60_000;
/** So long before its time is up, a watch has its last bookmark (storage/cacher/cache_watcher.go, nextBookmarkTime). */
const LAST_BOOKMARK_MS = 2_000;

/** Sends the changes of a collection from a version on, until the client leaves or the time is up. */
export function watchObjects(context: ServerContext, request: ResourceRequest): Reply {
  const chosen = selection(request);
  const start = startOf(context, request);
  return { kind: 'watch', open: (sink) => openWatch({ context, request, chosen, start, sink }) };
}

type Start = { readonly revision: number; readonly initial: boolean; readonly announceEnd: boolean };

type Session = {
  readonly context: ServerContext;
  readonly request: ResourceRequest;
  readonly chosen: Selection;
  readonly start: Start;
  readonly sink: Sink<WatchFrame>;
};

/**
 * Where a watch begins. Initial events are as new as etcd at least as the version named; their end is announced to those who
 * allow bookmarks, also to a watch that names no version (storage/cacher/cacher.go).
 */
function startOf({ journal }: ServerContext, { query }: ResourceRequest): Start {
  const { resourceVersion: text, sendInitialEvents } = listOptions(query, { isWatch: true });
  if (!/^\d*$/.test(text))
    throw badRequest(`Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`);
  const initial = sendInitialEvents === true;
  if (initial && Number(text) > journal.revision) throw tooLargeVersion(Number(text), journal.revision);
  const isFromNow = initial || text === '' || text === '0';
  return {
    revision: isFromNow ? journal.revision : Number(text),
    initial,
    announceEnd: initial && isTrue(query.get('allowWatchBookmarks')),
  };
}

function openWatch({ context, request, chosen, start, sink }: Session): () => void {
  const { journal, clock, watches } = context;
  const { resource, query } = request;
  const bookmarks = isTrue(query.get('allowWatchBookmarks'));
  const send = frameWriter(context, request, sink);
  const timers = new Set<() => void>();
  let open = true;
  let unsubscribe: () => void = () => undefined;

  const close = (): void => {
    open = false;
    unsubscribe();
    watches.delete(expire);
    for (const cancel of timers) cancel();
  };
  const finish = (): void => {
    if (!open) return;
    close();
    sink.end();
  };
  const expire = (): void => {
    const newest = journal.revision + 1;
    sink.write({
      type: 'ERROR',
      object: expired(`too old resource version: ${start.revision} (${newest})`).status(),
    });
    finish();
  };
  const everyMinute = (): void => {
    send.bookmark();
    timers.add(clock.after(BOOKMARK_EVERY_MS, everyMinute));
  };
  const deliver = (entry: JournalEntry): void => {
    // A version that does not exist yet is waited for, in silence.
    if (entry.revision <= start.revision) return;
    const event = selectedEvent(entry, chosen);
    if (event) send.event(event);
  };

  try {
    const missed =
      start.initial || start.revision > journal.revision
        ? []
        : journal.since(resource.storage, start.revision);
    if (start.initial) {
      const current = journal.list(resource.storage, chosen.namespace).filter(chosen.matches);
      for (const object of current) send.event({ type: 'ADDED', object });
      if (start.announceEnd) send.bookmark({ 'k8s.io/initial-events-end': 'true' });
    }
    missed.forEach(deliver);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    // A watch that cannot start is HTTP 200 with an ERROR event.
    sink.write({ type: 'ERROR', object: error.status() });
    sink.end();
    return () => undefined;
  }

  unsubscribe = journal.subscribe(resource.storage, deliver);
  watches.add(expire);
  if (bookmarks) timers.add(clock.after(BOOKMARK_EVERY_MS, everyMinute));
  const lengthMs = timeoutMs(query, journal.revision);
  if (bookmarks && lengthMs > LAST_BOOKMARK_MS)
    timers.add(clock.after(lengthMs - LAST_BOOKMARK_MS, send.bookmark));
  timers.add(clock.after(lengthMs, finish));
  return close;
}

const LEAST_TIMEOUT_MS = 1_800_000;

/** What the client asks for, else between half an hour and an hour, so that not all come back at once (handlers/get.go). */
function timeoutMs(query: URLSearchParams, revision: number): number {
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  return seconds > 0 ? seconds * 1000 : LEAST_TIMEOUT_MS * (1 + unitOf('watch', revision, query.toString()));
}

type SelectedEvent = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject };

/** An object that starts or stops matching is added or deleted as far as this watcher is concerned. */
function selectedEvent(entry: JournalEntry, { namespace, matches }: Selection): SelectedEvent | undefined {
  const { object, previous } = entry;
  if (namespace !== undefined && object.metadata.namespace !== namespace) return undefined;
  const was = previous !== undefined && matches(previous);
  const is = entry.type !== 'DELETED' && matches(object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  if (!was) return undefined;
  if (entry.type === 'DELETED') return { type: 'DELETED', object };
  const { resourceVersion } = object.metadata;
  return { type: 'DELETED', object: { ...previous, metadata: { ...previous.metadata, resourceVersion } } };
}

function frameWriter(context: ServerContext, request: ResourceRequest, sink: Sink<WatchFrame>) {
  const { resource } = request;
  const show = presenter(resource, request.accept);
  const asTable = wantsTable(request.accept) ? tableFrames(context, request) : undefined;
  const bookmarkBody = (annotations?: JsonObject): JsonObject => ({
    kind: resource.kind,
    apiVersion: groupVersion(resource),
    metadata: {
      resourceVersion: String(context.journal.revision),
      creationTimestamp: null,
      ...(annotations && { annotations }),
    },
  });
  return {
    event: ({ type, object }: SelectedEvent): void =>
      sink.write({ type, object: asTable ? asTable.row(object) : show(object) }),
    bookmark: (annotations?: JsonObject): void => {
      const body = bookmarkBody(annotations);
      sink.write({ type: 'BOOKMARK', object: asTable ? asTable.bookmark(body) : body });
    },
  };
}
