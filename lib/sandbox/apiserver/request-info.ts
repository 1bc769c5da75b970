import { badRequest } from './status-error.ts';
import type { Resource, Verb } from './resources.ts';
import { findResource } from './resources.ts';

export type User = {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
};

export type ResourceInfo = {
  readonly kind: 'resource';
  readonly verb: Verb;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** Undefined when the group, version and plural name nothing this server has. */
  readonly resource?: Resource;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
};

export type PathInfo = { readonly kind: 'path'; readonly verb: string; readonly path: string };

const COLLECTION_VERBS: Readonly<Record<string, Verb>> = {
  GET: 'list',
  POST: 'create',
  DELETE: 'deletecollection',
};
const OBJECT_VERBS: Readonly<Record<string, Verb>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** What a URL asks for, after apiserver/pkg/endpoints/request/requestinfo.go. */
export function requestInfo(method: string, path: string, query: URLSearchParams): ResourceInfo | PathInfo {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  const nonResource: PathInfo = { kind: 'path', verb: method.toLowerCase(), path };
  const start = parts[0] === 'api' ? 2 : parts[0] === 'apis' ? 3 : undefined;
  if (start === undefined || parts.length <= start) return nonResource;
  const group = parts[0] === 'api' ? '' : (parts[1] ?? '');
  const version = parts[start - 1] ?? '';
  const { namespace, rest } = splitNamespace(group, parts.slice(start));
  const [plural = '', name, subresource] = rest;
  const verbs = name === undefined ? COLLECTION_VERBS : OBJECT_VERBS;
  const verb = verbs[method];
  if (!verb || rest.length > 3) return nonResource;
  const resource = findResource(group, version, plural);
  return {
    kind: 'resource',
    verb: verb === 'list' && isTrue(query.get('watch')) ? 'watch' : verb,
    group,
    version,
    plural,
    resource,
    namespace,
    name,
    subresource,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest(`invalid URL escape in "${part}"`);
  }
}

export function isTrue(flag: string | null): boolean {
  return flag === 'true' || flag === '1';
}

/** `namespaces/x` and its own subresources name the Namespace object; anything deeper is inside it. */
function splitNamespace(
  group: string,
  parts: readonly string[],
): { namespace?: string; rest: readonly string[] } {
  if (parts[0] !== 'namespaces' || parts.length < 2) return { rest: parts };
  if (group === '' && parts.length === 2) return { namespace: parts[1], rest: parts };
  if (group === '' && parts.length === 3 && (parts[2] === 'status' || parts[2] === 'finalize')) {
    return { namespace: parts[1], rest: parts };
  }
  return { namespace: parts[1], rest: parts.slice(2) };
}
