import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from './app-error.ts';
import type { Handler } from './http-server.ts';
import { answerOf, type RouteInput, type RouteSpec } from './route.ts';

/** Writes the answer itself, in its own time; `close` of the response tells that the reader left. */
export type Answer = (response: ServerResponse) => void;

/**
 * As `route()`, with the same checks, for a GET that our server answers without Next. Next hands every chunk from one web
 * stream to the next with several promises each: for an event stream with many readers that costs more than everything else.
 */
export function ownRoute<Q = undefined>(
  spec: Pick<RouteSpec<undefined, Q, undefined>, 'access' | 'query'>,
  handler: (input: RouteInput<undefined, Q, undefined>) => Answer,
): Handler {
  return async (incoming, response) => {
    const requestId = randomUUID();
    response.setHeader('x-request-id', requestId);
    const answer = await answerOf<undefined, Q, undefined>({
      spec,
      handler: (input) => {
        if (incoming.method !== 'GET') throw new AppError('bad_request', 'This path answers GET only.');
        return handler(input);
      },
      request: toRequest(incoming),
      context: { params: Promise.resolve({}) },
      requestId,
    });
    if (!(answer instanceof Response)) return (answer as Answer)(response);
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
}

/** @param incoming a request that passed the checks of our server, so that its host and path make a URL. */
function toRequest({ url, method, headers }: IncomingMessage): Request {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  return new Request(`http://${headers.host}${url}`, { method, headers: pairs });
}
