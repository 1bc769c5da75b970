import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isObject, without } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { objectKey } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { presenter, wantsMetadata } from '#lib/sandbox/apiserver/objects/present.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import { groupVersion } from '#lib/sandbox/apiserver/resources.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { StatusError, badRequest, expired } from '#lib/sandbox/apiserver/status-error.ts';
import { tableReply, wantsTable } from '#lib/sandbox/apiserver/tables/table.ts';
import { listOptions, type ListOptions } from './list-options.ts';
import { selection } from './selection.ts';

type ContinueToken = { readonly revision: number; readonly after: string };

/** One page of a collection, all pages read at the revision of the first. */
export function listObjects(context: ServerContext, request: ResourceRequest): Reply {
  const { resource, query } = request;
  const { namespace, narrowed, matches } = selection(request);
  const options = listOptions(query, { isWatch: false });
  const token = parseContinue(query);
  const revision = token?.revision ?? requestedRevision(context, options);
  const all = snapshot(context, request, revision, namespace).filter(matches);
  const rest = token ? all.filter((object) => keyOf(object) > token.after) : all;
  const limit = integer(query, 'limit');
  const page = limit > 0 && rest.length > limit ? rest.slice(0, limit) : rest;
  const last = page.at(-1);
  const more = page.length < rest.length && last !== undefined;
  const metadata: JsonObject = {
    resourceVersion: String(revision),
    ...(more && { continue: continueToken({ revision, after: keyOf(last) }) }),
    // Counting would need the filter over all of etcd, so the real server leaves it out for selectors too.
    ...(more && !narrowed && { remainingItemCount: rest.length - page.length }),
  };
  if (wantsTable(request.accept)) return tableReply(context, request, { objects: page, metadata });
  const show = presenter(resource, request.accept);
  const partial = wantsMetadata(request.accept);
  return json(200, {
    kind: partial ? 'PartialObjectMetadataList' : `${resource.kind}List`,
    apiVersion: partial ? 'meta.k8s.io/v1' : groupVersion(resource),
    metadata,
    items: page.map((object) => withoutType(show(object))),
  });
}

function integer(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  if (!/^[+-]?\d*$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Number(text);
}

/** Items of a typed list carry no kind and apiVersion of their own. */
function withoutType(object: JsonObject): JsonObject {
  return without(object, 'kind', 'apiVersion');
}

const keyOf = ({ metadata }: KubeObject): string => objectKey(metadata.namespace, metadata.name);

/** API documentation, "Resource versions": unset is newest, 0 is anything, Exact is that version. */
function requestedRevision(
  { journal }: ServerContext,
  { resourceVersion: text, resourceVersionMatch }: ListOptions,
): number {
  if (text === '' || text === '0') return journal.revision;
  if (!/^\d+$/.test(text))
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
    );
  const revision = Number(text);
  if (revision > journal.revision) throw tooLargeVersion(revision, journal.revision);
  return resourceVersionMatch === 'Exact' ? revision : journal.revision;
}

/** 504: the client has seen a version this server has not, e.g. of another replica. */
export function tooLargeVersion(asked: number, current: number): StatusError {
  return new StatusError({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  });
}

function snapshot(
  { journal }: ServerContext,
  { resource, query }: ResourceRequest,
  revision: number,
  namespace: string | undefined,
): readonly KubeObject[] {
  try {
    return journal.at(resource.storage, revision, namespace);
  } catch (error) {
    if (!(error instanceof StatusError) || !query.has('continue')) throw error;
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  }
}

function continueToken({ revision, after }: ContinueToken): string {
  const token = { v: 'meta.k8s.io/v1', rv: revision, start: after };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function parseContinue(query: URLSearchParams): ContinueToken | undefined {
  const text = query.get('continue') ?? '';
  if (text === '') return undefined;
  const version = query.get('resourceVersion') ?? '';
  if (version !== '' && version !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const token = decode(text);
  if (!token)
    throw badRequest(
      'invalid continue token: continue key is not valid: illegal base64 data at input byte 0',
    );
  return token;
}

function decode(text: string): ContinueToken | undefined {
  try {
    const parsed = JSON.parse(Buffer.from(text, 'base64url').toString()) as JsonObject;
    if (!isObject(parsed) || typeof parsed.rv !== 'number' || typeof parsed.start !== 'string')
      return undefined;
    return { revision: parsed.rv, after: parsed.start };
  } catch {
    return undefined;
  }
}
