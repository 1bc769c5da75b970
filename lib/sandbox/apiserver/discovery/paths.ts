import { KUBERNETES_VERSION } from '#lib/sandbox/kubernetes-version.ts';
import type { Json } from '#lib/sandbox/apiserver/objects/json.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import { unknownResource } from '#lib/sandbox/apiserver/status-error.ts';
import { groupList, oneGroup, resourceList } from './discovery.ts';
import { openApiDocument, openApiIndex } from './openapi.ts';

type Request = { readonly accept: string; readonly match: RegExpExecArray };
type Route = { readonly path: RegExp; readonly reply: (request: Request) => Reply };

export const VERSION: Json = {
  major: '1',
  minor: '35',
  emulationMajor: '1',
  emulationMinor: '35',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '34',
  gitVersion: KUBERNETES_VERSION,
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'sandbox/amd64',
};

const ok = (): Reply => ({ kind: 'text', status: 200, body: 'ok' });

/** Paths that are not resources, most specific first. */
const ROUTES: readonly Route[] = [
  { path: /^\/(healthz|livez|readyz)(\/.*)?$/, reply: ok },
  { path: /^\/version\/?$/, reply: () => json(200, VERSION) },
  {
    path: /^\/(api|apis)\/?$/,
    reply: ({ accept, match }) => groupList(accept, match[1] === 'api' ? '/api' : '/apis'),
  },
  { path: /^\/api\/([^/]+)\/?$/, reply: ({ match }) => resourceList('', match[1] ?? '') },
  { path: /^\/apis\/([^/]+)\/?$/, reply: ({ match }) => oneGroup(match[1] ?? '') },
  {
    path: /^\/apis\/([^/]+)\/([^/]+)\/?$/,
    reply: ({ match }) => resourceList(match[1] ?? '', match[2] ?? ''),
  },
  { path: /^\/openapi\/v3\/?$/, reply: () => openApiIndex() },
  { path: /^\/openapi\/v3\/(.+)$/, reply: ({ match }) => openApiDocument(match[1] ?? '') },
  {
    path: /^\/$/,
    reply: () =>
      json(200, {
        paths: ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v3', '/readyz', '/version'],
      }),
  },
];

/** Answers a GET of a path outside the resources. Throws 404. */
export function pathReply(path: string, accept: string): Reply {
  for (const { path: pattern, reply } of ROUTES) {
    const match = pattern.exec(path);
    if (match) return reply({ accept, match });
  }
  throw unknownResource();
}
