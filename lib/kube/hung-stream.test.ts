import { createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import type { KindState } from '#lib/contract/cluster.ts';
import type { Pod } from '#lib/model/pod.ts';
import { createFakeClock } from '#lib/testing/fake-clock.ts';
import { initialEventsEnd, line, pod, START } from '#lib/testing/pod-informer.ts';
import { TLS_FIXTURE as tls } from '#lib/testing/tls-fixture.ts';
import { connectCluster } from './connection.ts';
import { createInformer } from './informer.ts';
import { KINDS } from './kinds.ts';
import { createValueHash } from './to-model/value-hash.ts';

// Over real sockets, on injected time.

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});
async function listen(server: Pick<Server, 'listen' | 'address' | 'close' | 'on'>): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

type Answer = (url: URL, write: (text: string) => void, end: () => void) => void;

/** A pod informer, synced, behind a relay that can be told to pass nothing on. */
async function start(http: 1 | 2, answer: Answer) {
  const handle = (
    request: Pick<IncomingMessage, 'url'>,
    response: Pick<ServerResponse, 'writeHead' | 'write' | 'end'>,
  ) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    answer(
      new URL(request.url ?? '/', 'https://c'),
      (text) => response.write(text),
      () => response.end(),
    );
  };
  const identity = { cert: tls.serverCert, key: tls.serverKey };
  const apiServer = await listen(
    http === 2
      ? createSecureServer(identity, (request, response) => handle(request, response as never))
      : createHttpsServer(identity, handle),
  );
  const relayed: Socket[] = [];
  let isBlackhole = false;
  const relay = await listen(
    createServer((client) => {
      client.on('error', () => undefined);
      if (isBlackhole) return;
      const upstream = connect(apiServer, '127.0.0.1');
      relayed.push(client, upstream);
      upstream.on('error', () => undefined);
      client.pipe(upstream);
      upstream.pipe(client);
    }),
  );
  const clock = createFakeClock(START);
  const ca = { data: Buffer.from(tls.ca) };
  const cluster = { name: 'k', server: `https://127.0.0.1:${relay}`, insecureTls: false, ca };
  const connection = connectCluster({ context: 'test', cluster, user: { name: 'ana' } }, { clock });
  cleanups.push(() => connection.close());
  let current: KindState | undefined;
  let wake: () => void = () => undefined;
  const informer = createInformer<Pod>({
    kind: KINDS.pods,
    connection,
    clock,
    random: () => 0,
    hash: createValueHash(Buffer.from('k')),
    report: () => undefined,
    onChanges: () => wake(),
    onState: (state) => {
      current = state;
      wake();
    },
  });
  const stop = new AbortController();
  const ended = informer.run(stop.signal);
  cleanups.push(async () => {
    stop.abort();
    await ended;
  });
  /** Waits for the network, not for time. */
  const until = async (isReached: () => boolean) => {
    while (!isReached()) await new Promise<void>((resolve) => (wake = resolve));
  };
  await until(() => current?.state === 'live');
  return {
    clock,
    informer,
    until,
    state: () => current?.state,
    /** Nothing is refused and nothing arrives. */
    blackhole: () => {
      isBlackhole = true;
      for (const socket of relayed) socket.unpipe();
    },
  };
}

const initial = line('ADDED', pod('a', '5')) + initialEventsEnd('10');

it.each([1, 2] as const)(
  'REL-12: HTTP/%i, half-open: what is shown is stale within 45 s',
  async (http) => {
    const { clock, state, until, blackhole } = await start(http, (_url, write) => write(initial));
    blackhole();
    await clock.advance(30_000);
    expect(state()).toBe('live');
    await clock.advance(15_000);
    await until(() => state() === 'stale');
  },
  20_000,
);

it.each([1, 2] as const)(
  'REL-12: HTTP/%i, one stream that hangs on a server that lives is found within 36 s',
  async (http) => {
    const deletion = line('DELETED', pod('a', '11'));
    const { clock, state, until, informer } = await start(http, (url, write, end) => {
      if (url.searchParams.has('sendInitialEvents')) return write(initial);
      write(deletion);
      if (url.searchParams.get('timeoutSeconds') === '4') end();
    });
    await clock.advance(35_000);
    // The second watch is answered by the network; the first then has a second to bring the same.
    while (informer.lister.size > 0 && clock.now() < START + 50_000) {
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(10);
    }
    await until(() => informer.lister.size === 0);
    expect(state()).toBe('live');
  },
  20_000,
);
