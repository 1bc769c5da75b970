import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { type AccessPolicy, accessPolicy } from './access-policy.ts';
import { AppError, ERROR_STATUS, errorBody, isAppError } from './app-error.ts';
import { log } from './log.ts';
import { redact } from './redact.ts';
import { readJson } from './read-json.ts';
import { judgeRequest } from './security/judge-request.ts';

/** `write` changes the cluster and is refused in read-only mode; `public` will need no login once there are logins. */
export type Access = 'read' | 'write' | 'public';

export type RouteSpec<P, Q, B> = {
  readonly access: Access;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
};

export type RouteInput<P, Q, B> = {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly request: Request;
  /** Aborted when the browser goes away. */
  readonly signal: AbortSignal;
  readonly requestId: string;
};

type Context = { params: Promise<Record<string, string | string[] | undefined>> };
export type RouteHandler = (request: Request, context: Context) => Promise<Response>;

/**
 * Makes a Next route handler from a function of parsed input. The function answers a value (sent as JSON), a
 * Response, or undefined (204), or throws an AppError. Every handler checks the request itself: what stands in front
 * of it may be bypassed one day, as Next's middleware was.
 */
export function route<P = undefined, Q = undefined, B = undefined>(
  spec: RouteSpec<P, Q, B>,
  handler: (input: RouteInput<P, Q, B>) => unknown,
): RouteHandler {
  return async (request, context) => {
    const requestId = randomUUID();
    const startedAt = performance.now();
    const answer = toResponse(await answerOf({ spec, handler, request, context, requestId }));
    const headers = new Headers(answer.headers);
    headers.set('x-request-id', requestId);
    headers.set('x-content-type-options', 'nosniff');
    if (!headers.get('cache-control')?.includes('no-store')) headers.set('cache-control', 'no-store');
    log.debug('request', {
      id: requestId,
      method: request.method,
      path: new URL(request.url).pathname,
      status: answer.status,
      ms: Math.round(performance.now() - startedAt),
    });
    return new Response(answer.body, { status: answer.status, headers });
  };
}

export type RouteCall<P, Q, B> = {
  readonly spec: RouteSpec<P, Q, B>;
  readonly handler: (input: RouteInput<P, Q, B>) => unknown;
  readonly request: Request;
  readonly context: Context;
  readonly requestId: string;
};

/** What the handler answers, after every check; or the Response that refuses. Never throws. */
export async function answerOf<P, Q, B>(call: RouteCall<P, Q, B>): Promise<unknown> {
  const { spec, handler, request, requestId } = call;
  try {
    const policy = accessPolicy();
    authorise(request, spec.access, policy);
    const input: RouteInput<P, Q, B> = {
      params: parse(spec.params, await call.context.params, 'path'),
      query: parse(spec.query, queryOf(request), 'query'),
      body: spec.body ? parse(spec.body, await readJson(request), 'body') : (undefined as B),
      request,
      signal: request.signal,
      requestId,
    };
    return await handler(input);
  } catch (error) {
    return errorResponse(error, request, requestId);
  }
}

/** @throws AppError when the request may not be answered. */
function authorise(request: Request, access: Access, policy: AccessPolicy): void {
  const header = (name: string) => request.headers.get(name) ?? undefined;
  const verdict = judgeRequest(
    {
      method: request.method,
      path: new URL(request.url).pathname,
      host: header('host'),
      origin: header('origin'),
      secFetchSite: header('sec-fetch-site'),
      secFetchMode: header('sec-fetch-mode'),
      secFetchDest: header('sec-fetch-dest'),
      contentType: header('content-type'),
    },
    policy,
  );
  if (!verdict.allowed) throw new AppError(verdict.code, verdict.message);
  if (access === 'write' && policy.readOnly) {
    throw new AppError('forbidden', 'This server is read-only.', {
      hint: 'Start it without --read-only, on this machine, to make changes.',
    });
  }
}

/** @throws AppError bad_request naming the first field that does not fit. */
function parse<T>(schema: z.ZodType<T> | undefined, value: unknown, where: string): T {
  if (!schema) return undefined as T;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue && issue.path.length > 0 ? `${where} ${issue.path.map(String).join('.')}` : where;
  throw new AppError('bad_request', `${field}: ${issue?.message ?? 'invalid'}`);
}

/** @throws AppError bad_request when a parameter is given twice: readers would disagree on which one counts. */
function queryOf(request: Request): Record<string, string> {
  const { searchParams } = new URL(request.url);
  const values: Record<string, string> = {};
  for (const [name, value] of searchParams) {
    if (Object.hasOwn(values, name)) throw new AppError('bad_request', `query ${name}: given twice`);
    values[name] = value;
  }
  return values;
}

function toResponse(value: unknown): Response {
  if (value instanceof Response) return value;
  return value === undefined ? new Response(null, { status: 204 }) : Response.json(value);
}

function errorResponse(error: unknown, request: Request, requestId: string): Response {
  if (isAppError(error)) {
    return Response.json(errorBody(error.code, redact(error.message), error.hint), {
      status: ERROR_STATUS[error.code],
    });
  }
  // Nobody is listening any more; the status is for the log.
  if (request.signal.aborted) return new Response(null, { status: 499 });
  const described = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error('unexpected error', {
    id: requestId,
    method: request.method,
    path: new URL(request.url).pathname,
    error: described,
  });
  return Response.json(
    errorBody(
      'internal',
      'Something went wrong in the dashboard itself.',
      `Request ${requestId} in its log.`,
    ),
    { status: ERROR_STATUS.internal },
  );
}
