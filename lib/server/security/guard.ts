import { randomBytes } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ApiErrorCode } from '#lib/contract/error.ts';
import type { AccessPolicy } from '#lib/server/access-policy.ts';
import { errorBody } from '#lib/server/app-error.ts';
import { MAX_BODY_BYTES } from '#lib/server/read-json.ts';
import { isApiPath, isAssetPath, judgeRequest, type RequestFacts } from './judge-request.ts';
import { forwardingHeaders, shapeProblem } from './judge-shape.ts';
import { pageContentSecurityPolicy, responseHeaders } from './response-headers.ts';

export type Refusal = { readonly status: number; readonly code: ApiErrorCode; readonly message: string };
export type GuardOptions = {
  readonly policy: AccessPolicy;
  readonly dev: boolean;
  readonly upgrade?: boolean;
};

/**
 * Refuses the request, answering true or false, or prepares it for Next: takes off headers a client may not set,
 * gives the page its nonce, and fixes the headers the answer will end with.
 */
export function guard(request: IncomingMessage, response: ServerResponse, options: GuardOptions): boolean {
  const path = pathOf(request);
  const nonce = randomBytes(16).toString('base64');
  fixResponseHeaders(response, { path, nonce, dev: options.dev });
  const refusal = refusalOf(request, options);
  if (refusal) {
    // The rest of the request is not read.
    response.setHeader('connection', 'close');
    answerRefusal(response, refusal, isApiPath(path));
    return false;
  }
  for (const name of forwardingHeaders(request.rawHeaders)) delete request.headers[name];
  // Next reads the nonce for its own scripts from the policy; our layout reads x-nonce.
  request.headers['content-security-policy'] = pageContentSecurityPolicy({ nonce, dev: options.dev });
  request.headers['x-nonce'] = nonce;
  return true;
}

const pathOf = (request: IncomingMessage) => (request.url ?? '').split('?', 1)[0] ?? '';

export function refusalOf(request: IncomingMessage, options: GuardOptions): Refusal | undefined {
  const shape = shapeProblem({ target: request.url ?? '', rawHeaders: request.rawHeaders }, options);
  if (shape) return { status: 400, code: 'bad_request', message: shape };
  const facts = factsOf(request);
  if (options.upgrade && facts.origin === undefined) {
    return { status: 403, code: 'forbidden', message: 'A WebSocket must carry an Origin header.' };
  }
  const verdict = judgeRequest(facts, options.policy);
  if (!verdict.allowed) return verdict;
  return bodyRefusal(request, facts) ?? internalPathRefusal(facts.path, options.dev);
}

function factsOf(request: IncomingMessage): RequestFacts {
  const one = (name: string) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  return {
    method: request.method ?? '',
    path: pathOf(request),
    host: request.headers.host,
    origin: one('origin'),
    secFetchSite: one('sec-fetch-site'),
    secFetchMode: one('sec-fetch-mode'),
    secFetchDest: one('sec-fetch-dest'),
    contentType: request.headers['content-type'],
  };
}

function bodyRefusal(request: IncomingMessage, facts: RequestFacts): Refusal | undefined {
  const length = request.headers['content-length'];
  const chunked = request.headers['transfer-encoding'] !== undefined;
  if (facts.method !== 'POST') {
    const hasBody = chunked || (length !== undefined && length !== '0');
    return hasBody ? { status: 400, code: 'bad_request', message: 'A read has no body.' } : undefined;
  }
  if (chunked || length === undefined) {
    return { status: 411, code: 'bad_request', message: 'The length of the body must be declared.' };
  }
  return Number(length) > MAX_BODY_BYTES
    ? { status: 413, code: 'bad_request', message: `The body is larger than ${MAX_BODY_BYTES} bytes.` }
    : undefined;
}

/** Of Next's own paths only its files are used in production: no image optimiser, no data routes. */
function internalPathRefusal(path: string, dev: boolean): Refusal | undefined {
  if (dev || !isAssetPath(path) || path.startsWith('/_next/static/')) return undefined;
  return { status: 404, code: 'not_found', message: 'Nothing is served here.' };
}

/** Plain text for pages, the one error shape for the API. */
export function answerRefusal(response: ServerResponse, refusal: Refusal, asJson = false): void {
  const body = asJson ? JSON.stringify(errorBody(refusal.code, refusal.message)) : `${refusal.message}\n`;
  response.statusCode = refusal.status;
  response.setHeader(
    'content-type',
    asJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8',
  );
  response.end(body);
}

/** Applied at the last moment before headers are sent, so that nothing downstream can weaken them. */
function fixResponseHeaders(
  response: ServerResponse,
  kind: { path: string; nonce: string; dev: boolean },
): void {
  const writeHead = response.writeHead.bind(response) as (
    status: number,
    reason?: string,
    headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
  ) => ServerResponse;
  const fixed = (status: number, ...rest: [string?, (OutgoingHttpHeaders | OutgoingHttpHeader[])?]) => {
    const [reason, headers] = typeof rest[0] === 'string' ? rest : [undefined, rest[0] ?? rest[1]];
    for (const [name, value] of headerPairs(headers)) response.setHeader(name, value);
    const wanted = response.getHeader('cache-control');
    const final = responseHeaders(kind, wanted === undefined ? undefined : String(wanted), status);
    for (const [name, value] of Object.entries(final)) {
      if (name === 'vary') response.appendHeader(name, value);
      else response.setHeader(name, value);
    }
    response.removeHeader('x-powered-by');
    return reason === undefined ? writeHead(status) : writeHead(status, reason);
  };
  response.writeHead = fixed as ServerResponse['writeHead'];
}

function headerPairs(
  headers: OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined,
): [string, OutgoingHttpHeader][] {
  if (!headers) return [];
  if (!Array.isArray(headers)) {
    return Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  }
  const pairs: [string, OutgoingHttpHeader][] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    pairs.push([String(headers[index]), headers[index + 1] ?? '']);
  }
  return pairs;
}
