import { PassThrough } from 'node:stream';
import { createInformer, type KubeReport } from '#lib/kube/informer.ts';
import { KINDS } from '#lib/kube/kinds.ts';
import { ASKING_SECONDS } from '#lib/kube/quiet-watch.ts';
import type { Change } from '#lib/kube/store.ts';
import { createValueHash } from '#lib/kube/to-model/value-hash.ts';
import type { Pod } from '#lib/model/pod.ts';
import { createFakeClock } from './fake-clock.ts';
import { brokenSocket, createFakeConnection, type Script, type SeenRequest } from './fake-connection.ts';

export const START = Date.UTC(2026, 10, 21, 3, 0, 0);

/** A Pod as the API server sends it. */
export const pod = (
  name: string,
  resourceVersion: string,
  { uid = `uid-${name}`, phase = 'Running' } = {},
) => ({
  metadata: { name, namespace: 'shop', uid, resourceVersion, creationTimestamp: '2026-11-21T02:00:00Z' },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
  status: { phase },
});
/** The bookmark that ends initial events. */
export const initialEventsEnd = (resourceVersion: string, value = 'true') =>
  line('BOOKMARK', {
    kind: 'Pod',
    metadata: { resourceVersion, annotations: { 'k8s.io/initial-events-end': value } },
  });
export const podList = (resourceVersion: string, items: readonly object[], token?: string) => ({
  body: { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion, continue: token }, items },
});
export const line = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
export const bookmark = (resourceVersion: string) =>
  line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion } });
export const status = (code: number, reason: string, extra: object = {}) => ({
  kind: 'Status',
  status: 'Failure',
  code,
  reason,
  message: `${reason} says the server`,
  ...extra,
});
export const failure = (code: number, reason: string, extra: object = {}): Script => ({
  status: code,
  body: status(code, reason, extra),
});

const isAsking = (query: SeenRequest['query']) => query['timeoutSeconds'] === String(ASKING_SECONDS);

type Setup = {
  readonly lists: readonly Script[];
  /** One per watch; a missing entry is a quiet watch that stays open. */
  readonly watches?: readonly Script[];
  /** One per short watch that asks whether a quiet one has missed something; a missing entry: it has not. */
  readonly askings?: readonly Script[];
  /** Lists as initial events: then they are among the watches. */
  readonly watchList?: boolean;
};

/** A pod informer against scripted answers; the last list answer repeats. */
export async function startPodInformer({ lists, watches = [], askings = [], watchList = false }: Setup) {
  const clock = createFakeClock(START);
  const opened: PassThrough[] = [];
  let nthList = 0;
  let nthWatch = 0;
  let nthAsking = 0;
  const connection = createFakeConnection(({ query }) => {
    if (query['watch'] === undefined) return lists[Math.min(nthList++, lists.length - 1)] ?? 'never';
    if (isAsking(query))
      return (
        askings[nthAsking++] ?? { body: new PassThrough().end(bookmark(query['resourceVersion'] ?? '')) }
      );
    const script = watches[nthWatch++] ?? { body: new PassThrough() };
    if (typeof script === 'object' && 'body' in script && script.body instanceof PassThrough)
      opened.push(script.body);
    return script;
  });
  const changes: Change<Pod>[] = [];
  const reports: KubeReport[] = [];
  const informer = createInformer<Pod>({
    kind: KINDS.pods,
    connection,
    clock,
    random: () => 0,
    watchList,
    hash: createValueHash(Buffer.from('test')),
    report: (report) => reports.push(report),
    onChanges: (more) => changes.push(...more),
    onState: () => undefined,
  });
  const stop = new AbortController();
  const ended = informer.run(stop.signal);
  await clock.settle();
  const asked = (kind: 'list' | 'watch' | 'asking'): SeenRequest[] =>
    connection.requests.filter(
      ({ query }) => kind === (query['watch'] === undefined ? 'list' : isAsking(query) ? 'asking' : 'watch'),
    );
  return {
    clock,
    changes,
    reports,
    informer,
    lists: () => asked('list'),
    watches: () => asked('watch'),
    askings: () => asked('asking'),
    stop: async () => {
      stop.abort();
      await ended;
    },
    /** Writes to the newest watch that is open. */
    send: async (...parts: (string | Uint8Array)[]) => {
      for (const part of parts) {
        opened.at(-1)?.write(part);
        await clock.settle();
      }
    },
    close: async () => {
      opened.at(-1)?.end();
      await clock.settle();
    },
    cut: async () => {
      opened.at(-1)?.destroy(brokenSocket());
      await clock.settle();
    },
    names: () =>
      informer.lister
        .list()
        .map(({ meta }) => meta.name)
        .toSorted(),
  };
}

export type PodInformer = Awaited<ReturnType<typeof startPodInformer>>;
