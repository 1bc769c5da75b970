import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  events,
  initialEventsEnd,
  jsonItems,
  MARKS,
  page,
  PAGE_SIZE,
  VARIANTS,
  type Encoding,
} from './pods.ts';

/**
 * An API server with nothing but pods, in a process of its own: `/<encoding>/<count>/api/v1/pods`. Pages are encoded
 * before, so that serving one costs a copy. A watch under `/<encoding>-storm/` brings STORM changes as fast as they are read.
 */
export const STORM = 25_000;

type Filled = (pageNumber: number, version: number) => Buffer;

/** Bytes with the places of their marks. */
function marked(bytes: Buffer): Filled {
  const places = (mark: string) => {
    const found: number[] = [];
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) found.push(at);
    return Uint32Array.from(found);
  };
  const marks = { page: places(MARKS.page), next: places(MARKS.next), version: places(MARKS.version) };
  return (pageNumber, version) => {
    const copy = Buffer.from(bytes);
    fill(copy, marks.page, String(pageNumber).padStart(MARKS.page.length, '0'));
    fill(copy, marks.next, String(pageNumber + 1).padStart(MARKS.next.length, '0'));
    fill(copy, marks.version, String(10_000_000 + version));
    return copy;
  };
}

/** Not `write`: a page has ten thousand marks, and the server must not be what is measured. */
function fill(bytes: Buffer, places: Uint32Array, text: string): void {
  const digits = Buffer.from(text);
  for (const place of places) for (let n = 0; n < digits.length; n++) bytes[place + n] = digits[n] ?? 0;
}

/** One of the variants for each page, made when first asked for. */
function variants(make: (number: number) => Buffer): Filled {
  const made: Filled[] = [];
  return (pageNumber, version) => {
    const number = pageNumber % VARIANTS;
    return (made[number] ??= marked(make(number)))(pageNumber, version);
  };
}

const prepared = (encoding: Encoding) => ({
  type: encoding === 'json' ? 'application/json' : 'application/vnd.kubernetes.protobuf',
  page: variants((number) => page(encoding, number, { isLast: false })),
  last: variants((number) => page(encoding, number, { isLast: true })),
  initial: variants((number) => events(encoding, number, 'ADDED')),
  initialEnd: initialEventsEnd(encoding),
  events: variants((number) => events(encoding, number, 'MODIFIED')),
});
const answers = { json: prepared('json'), protobuf: prepared('protobuf') };
const items = variants(jsonItems);

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
