import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { createFrame } from './frame.ts';
import { sendEvents } from './sse.ts';

/** What travels when these requests are sent over one connection, until the server stops. */
async function onTheWire(paths: readonly string[]): Promise<string> {
  const shutdown = new AbortController();
  const frames = [createFrame(1, 'e-1', '{"text":"x"}')];
  const server = createServer((request, response) => {
    // Answered after the stream was asked for: until then that has no socket.
    if (request.url === '/slow') return void setImmediate(() => response.end('slow'));
    sendEvents(response, {
      shutdown: shutdown.signal,
      gzip: false,
      random: () => 0,
      subscribe: () => ({ next: () => frames.shift(), close: () => undefined }),
    });
    setImmediate(() => setImmediate(() => shutdown.abort()));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: test\r\n\r\n`).join(''));
  const heard = await text(socket);
  server.close();
  return heard;
}

const EVENTS = 'retry: 1000\n\nid: e-1\ndata: {"text":"x"}\n\n';

it('is not framed: the body is the events, and ends with the connection', async () => {
  const [head = '', body] = (await onTheWire(['/stream'])).split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(head.toLowerCase()).toContain('connection: close');
  expect(head.toLowerCase()).not.toContain('transfer-encoding');
  expect(body).toBe(EVENTS);
});

it('waits for the answer to an earlier request of the same connection', async () => {
  const heard = await onTheWire(['/slow', '/stream']);
  expect(heard.split('\r\n\r\n')[1]).toMatch(/^slow/);
  expect(heard.endsWith(`\r\n\r\n${EVENTS}`)).toBe(true);
});
