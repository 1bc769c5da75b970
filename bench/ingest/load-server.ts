import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { events, initialEventsEnd, jsonItems, MARKS, page, PAGE_SIZE, type Encoding } from './pods.ts';

/**
 * An API server with nothing but pods, in a process of its own: `/<encoding>/<count>/api/v1/pods`. Pages are encoded
 * before, so that serving one costs a copy. A watch under `/<encoding>-storm/` brings STORM changes as fast as they are read.
 */
export const STORM = 25_000;

/** Bytes with the places of their marks. */
function marked(bytes: Buffer) {
  const places = (mark: string) => {
    const found: number[] = [];
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) found.push(at);
    return found;
  };
  const marks = { page: places(MARKS.page), next: places(MARKS.next), version: places(MARKS.version) };
  return (pageNumber: number, version: number): Buffer => {
    const copy = Buffer.from(bytes);
    for (const at of marks.page) copy.write(String(pageNumber).padStart(MARKS.page.length, '0'), at);
    for (const at of marks.next) copy.write(String(pageNumber + 1).padStart(MARKS.next.length, '0'), at);
    for (const at of marks.version) copy.write(String(10_000_000 + version), at);
    return copy;
  };
}

const prepared = (encoding: Encoding) => ({
  type: encoding === 'json' ? 'application/json' : 'application/vnd.kubernetes.protobuf',
  page: marked(page(encoding, { isLast: false })),
  last: marked(page(encoding, { isLast: true })),
  initial: marked(events(encoding, 'ADDED')),
  initialEnd: initialEventsEnd(encoding),
  events: marked(events(encoding, 'MODIFIED')),
});
const answers = { json: prepared('json'), protobuf: prepared('protobuf') };
const items = marked(jsonItems());

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://bench');
  const [, source = '', count = '0'] = url.pathname.split('/');
  const [encoding, storm] = source.split('-');
  const prepared = answers[encoding === 'json' ? 'json' : 'protobuf'];
  const pages = Math.ceil(Number(count) / PAGE_SIZE);
  const write = async (bytes: Buffer | string) => {
    if (!response.write(bytes)) await once(response, 'drain');
  };
  response.writeHead(200, { 'content-type': prepared.type });
  if (url.searchParams.has('watch')) {
    response.flushHeaders();
    if (url.searchParams.has('sendInitialEvents')) {
      for (let n = 0; n < pages; n++) await write(prepared.initial(n, 0));
      await write(prepared.initialEnd);
    }
    if (storm) for (let n = 0; n < STORM / PAGE_SIZE; n++) await write(prepared.events(n % pages, n + 1));
    return; // stays open
  }
  if (url.searchParams.has('limit')) {
    const number = Number(url.searchParams.get('continue') ?? '0');
    response.end((number === pages - 1 ? prepared.last : prepared.page)(number, 0));
    return;
  }
  await write('{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"10000000"},"items":[');
  for (let n = 0; n < pages; n++) {
    if (n > 0) await write(',');
    await write(items(n, 0));
  }
  response.end(']}');
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());
