import { EventEmitter } from 'node:events';
import { createSecureServer } from 'node:http2';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '#lib/testing/fake-clock.ts';
import { TLS_FIXTURE as tls } from '#lib/testing/tls-fixture.ts';
import { realClock, type Clock } from './clock.ts';
import { connectCluster } from './connection.ts';
import { endWhenHung, type WatchedSocket } from './hung-connection.ts';
import { ApiNetworkError } from './network-error.ts';
import { apiPath } from './path.ts';

class FakeSocket extends EventEmitter {
  bytesRead = 0;
  destroyed = false;
  readonly alpnProtocol: string;
  error: Error | undefined;

  constructor(alpnProtocol: string) {
    super();
    this.alpnProtocol = alpnProtocol;
  }
  destroy(error?: Error) {
    this.destroyed = true;
    this.error = error;
    this.emit('close');
    return this;
  }
}
const watched = (socket: FakeSocket) => socket as unknown as WatchedSocket;

describe('endWhenHung', () => {
  it('ends an HTTP/2 connection after 40 s without a byte', async () => {
    const clock = createFakeClock(0);
    const socket = new FakeSocket('h2');
    void endWhenHung(watched(socket), clock);
    await clock.advance(39_000);
    expect(socket.destroyed).toBe(false);
    await clock.advance(1_000);
    expect(socket.error).toMatchObject({ code: 'ECONNRESET' });
  });

  it('leaves one whose pings are answered', async () => {
    const clock = createFakeClock(0);
    const socket = new FakeSocket('h2');
    void endWhenHung(watched(socket), clock);
    for (let ping = 0; ping < 20; ping++) {
      await clock.advance(30_000);
      socket.bytesRead += 17;
    }
    expect(socket.destroyed).toBe(false);
  });

  it('REL-24: a laptop that slept for eight hours gives it time to answer', async () => {
    let wallAt = 0;
    const fake = createFakeClock(0);
    const clock: Clock = { now: () => fake.now() + wallAt, sleep: (ms, signal) => fake.sleep(ms, signal) };
    const socket = new FakeSocket('h2');
    void endWhenHung(watched(socket), clock);
    wallAt = 8 * 3_600_000;
    await fake.advance(15_000);
    expect(socket.destroyed).toBe(false);
  });

  it('leaves HTTP/1.1 alone, which has no pings', async () => {
    const clock = createFakeClock(0);
    const socket = new FakeSocket('http/1.1');
    void endWhenHung(watched(socket), clock);
    await clock.advance(3_600_000);
    expect(socket.destroyed).toBe(false);
  });

  it('ends with its connection', async () => {
    const socket = new FakeSocket('h2');
    const ended = endWhenHung(watched(socket), realClock);
    socket.destroy();
    await ended;
    expect(socket.error).toBeUndefined();
  });
});

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

it('REL-12: a blackholed HTTP/2 connection breaks its watch within 45 s', async () => {
  const apiServer = await listen(
    createSecureServer(
      { cert: tls.serverCert, key: tls.serverKey, allowHTTP1: true },
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"type":"ADDED"}\n');
      },
    ),
  );
  const relayed: Socket[] = [];
  const relay = await listen(
    createServer((client) => {
      const upstream = connect(apiServer, '127.0.0.1');
      relayed.push(client, upstream);
      for (const socket of [client, upstream]) socket.on('error', () => undefined);
      client.pipe(upstream);
      upstream.pipe(client);
    }),
  );
  const clock = createFakeClock(0);
  const connection = connectCluster(
    {
      context: 'test',
      cluster: {
        name: 'k',
        server: `https://127.0.0.1:${relay}`,
        insecureTls: false,
        ca: { data: Buffer.from(tls.ca) },
      },
      user: { name: 'ana' },
    },
    { clock },
  );
  cleanups.push(() => connection.close());
  const response = await connection.request(apiPath`/api/v1/pods`, { query: { watch: 1 } });
  const events = response.body[Symbol.asyncIterator]();
  expect(Buffer.from((await events.next()).value as Uint8Array).toString()).toContain('ADDED');

  // Nothing is refused and nothing arrives: what a firewall that lost its state looks like.
  for (const socket of relayed) socket.unpipe();
  const broken = events.next().then(
    () => undefined,
    (error: unknown) => error,
  );
  await clock.advance(45_000);
  const error = await broken;
  expect(error).toBeInstanceOf(ApiNetworkError);
  expect(error).toMatchObject({ failure: 'reset' });
});
