import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PROTOBUF_TYPE } from '#lib/kube/protobuf/protobuf-decoder.ts';
import { OTHER_KINDS, PAGES_WITH_OTHERS } from './other-kinds.ts';
import {
  events,
  initialEventsEnd,
  jsonItems,
  MARKS,
  page,
  PAGE_SIZE,
  VARIANTS,
  watchEvents,
  type Encoding,
} from './pods.ts';

/**
 * An API server in a process of its own, with `count` pods under `/<count>/api/v1/pods` and what stands beside them (see
 * `other-kinds.ts`); in protobuf for who accepts it. Pages are encoded before, so that serving one costs a copy.
 * `POST /storm?changes=25000` brings so many changes to the newest watch of pods, as fast as they are read.
 */
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
  encoding,
  type: encoding === 'json' ? 'application/json' : PROTOBUF_TYPE,
  page: variants((number) => page(encoding, number, { isLast: false })),
  last: variants((number) => page(encoding, number, { isLast: true })),
  initial: variants((number) => events(encoding, number, 'ADDED')),
  events: variants((number) => events(encoding, number, 'MODIFIED')),
  others: new Map(
    OTHER_KINDS.map(({ kind, path, page }) => [
      path,
      variants((number) => watchEvents(encoding, { type: 'ADDED', kind, objects: page(number) })),
    ]),
  ),
});
type Prepared = ReturnType<typeof prepared>;
const answers = { json: prepared('json'), protobuf: prepared('protobuf') };
const items = variants(jsonItems);

const PODS = '/api/v1/pods';
const EMPTY_KINDS: ReadonlySet<string> = new Set(['nodes', 'services', 'jobs', 'endpointslices']);
/** The newest watch of pods, which a storm comes to. */
let watch:
  { readonly response: ServerResponse; readonly prepared: Prepared; readonly pages: number } | undefined;

async function write(response: ServerResponse, bytes: Buffer | string): Promise<void> {
  if (!response.write(bytes)) await once(response, 'drain');
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://bench');
  if (url.pathname === '/storm') {
    response.end();
    return storm(Number(url.searchParams.get('changes')));
  }
  const [, count = '0', ...rest] = url.pathname.split('/');
  const path = `/${rest.join('/')}`;
  const prepared = answers[request.headers.accept?.includes(PROTOBUF_TYPE) ? 'protobuf' : 'json'];
  const pages = Math.ceil(Number(count) / PAGE_SIZE);
  const isKnown = path === PODS || prepared.others.has(path) || EMPTY_KINDS.has(rest.at(-1) ?? '');
  if (!isKnown) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': prepared.type });
  if (url.searchParams.has('watch'))
    return answerWatch(response, { prepared, path, pages, query: url.searchParams });
  if (url.searchParams.has('limit')) {
    const number = Number(url.searchParams.get('continue') ?? '0');
    return void response.end((number === pages - 1 ? prepared.last : prepared.page)(number, 0));
  }
  const whole = { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '10000000' } };
  await write(response, `${JSON.stringify(whole).slice(0, -1)},"items":[`);
  for (let n = 0; n < pages; n++) {
    if (n > 0) await write(response, ',');
    await write(response, items(n, 0));
  }
  response.end(']}');
}

type Watched = {
  readonly prepared: Prepared;
  readonly path: string;
  readonly pages: number;
  readonly query: URLSearchParams;
};

async function answerWatch(
  response: ServerResponse,
  { prepared, path, pages, query }: Watched,
): Promise<void> {
  response.flushHeaders();
  const isPods = path === PODS;
  if (query.has('sendInitialEvents')) {
    const initial = isPods ? prepared.initial : prepared.others.get(path);
    const last = isPods ? pages : Math.min(pages, PAGES_WITH_OTHERS);
    for (let n = 0; initial && n < last; n++) await write(response, initial(n, 0));
    const kind = OTHER_KINDS.find((other) => other.path === path)?.kind ?? 'Pod';
    await write(response, initialEventsEnd(prepared.encoding, kind));
    if (isPods) watch = { response, prepared, pages };
  }
  // It stays open as long as was asked.
  setTimeout(() => response.end(), (Number(query.get('timeoutSeconds')) || 600) * 1_000).unref();
}

async function storm(changes: number): Promise<void> {
  if (!watch) return;
  const { response, prepared, pages } = watch;
  for (let n = 0; n < changes / PAGE_SIZE; n++) await write(response, prepared.events(n % pages, n + 1));
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());
