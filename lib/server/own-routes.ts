import { ClusterQuery } from '#lib/contract/cluster.ts';
import { sendEvents, type SseOptions } from '#lib/live/sse.ts';
import type { Handler } from './http-server.ts';
import { ownRoute } from './own-route.ts';
import { runtime } from './runtime.ts';

const stream = ownRoute({ access: 'read', query: ClusterQuery }, ({ query, request }) => {
  const { shutdown } = runtime();
  const cluster = runtime().cluster(query.cluster);
  const gzip = takesGzip(request.headers.get('accept-encoding'));
  const lastEventId = request.headers.get('last-event-id') ?? undefined;
  const subscribe: SseOptions['subscribe'] = ({ onNews }) => cluster.subscribe({ onNews, lastEventId });
  return (response) => sendEvents(response, { shutdown, gzip, random: Math.random, subscribe });
});

/** Paths our own server answers; each has a row in the table of routes. */
export const OWN_ROUTES: ReadonlyMap<string, Handler> = new Map([['/api/stream', stream]]);

/** Puts them in front of the application. */
export const withOwnRoutes =
  (application: Handler): Handler =>
  (request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    return (OWN_ROUTES.get(path) ?? application)(request, response);
  };

/** `gzip;q=0` is a refusal: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 */
const takesGzip = (accepted: string | null): boolean =>
  (accepted ?? '').split(',').some((one) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(one));
