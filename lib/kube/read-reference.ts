import { ApiStatusError } from './api-error.ts';
import type { ClusterConnection, KubeRequest } from './connection.ts';
import type { ApiPath } from './path.ts';
import { expectOk } from './response.ts';
import { asText, asWire, asWires, type Wire } from './to-model/wire.ts';

/** Whether something a Pod names is there. Not being allowed to look is not the same as not finding it. */
export type Reference<T> =
  | { readonly state: 'exists'; readonly value: T }
  | { readonly state: 'missing' }
  | {
      readonly state: 'unchecked';
      readonly message: string;
      /** The permission that would allow it ("get secrets in shop"); undefined when that was not the reason. */
      readonly permission?: string;
      /** What else kept us from it, where that is for sure. */
      readonly because?: string;
    };

export type Ref = { readonly namespace: string; readonly name: string };
export type Reader = Pick<ClusterConnection, 'request'>;

type Read<T> = {
  readonly path: ApiPath;
  readonly request?: Pick<KubeRequest, 'query' | 'headers'>;
  readonly permission: string;
  readonly reduce: (object: Wire) => T;
  readonly signal: AbortSignal | undefined;
};

/** @throws only the signal's reason, on abort: everything else is an answer. */
export async function readReference<T>(
  connection: Reader,
  { path, request, permission, reduce, signal }: Read<T>,
): Promise<Reference<T>> {
  try {
    const response = await expectOk(await connection.request(path, { ...request, signal }));
    return { state: 'exists', value: reduce(asWire(await response.json())) };
  } catch (error) {
    signal?.throwIfAborted();
    // A 404 that is not the API server's own word (a proxy's page) proves nothing.
    if (error instanceof ApiStatusError && error.code === 404 && error.reason === 'NotFound')
      return { state: 'missing' };
    const message = error instanceof Error ? error.message : 'unknown error';
    const forbidden = error instanceof ApiStatusError && error.code === 403;
    return { state: 'unchecked', message, permission: forbidden ? permission : undefined };
  }
}

/** Objects beyond these are not asked for. */
const MOST_OBJECTS = 500;

/**
 * All objects of a collection. Of one that goes on beyond the first page nothing is told: from a part of it nobody can see
 * what is not there.
 */
export async function readAll<T>(
  connection: Reader,
  { path, permission, toModel }: { path: ApiPath; permission: string; toModel: (object: Wire) => T },
  signal?: AbortSignal,
): Promise<Reference<readonly T[]>> {
  const page = await readReference(connection, {
    path,
    permission,
    request: { query: { limit: MOST_OBJECTS } },
    reduce: (list) => ({
      items: asWires(list['items']).map(toModel),
      isWhole: asText(asWire(list['metadata'])['continue']) === '',
    }),
    signal,
  });
  if (page.state !== 'exists') return page;
  if (page.value.isWhole) return { state: 'exists', value: page.value.items };
  const because = `there are more than ${MOST_OBJECTS}`;
  return { state: 'unchecked', message: because, because };
}
