import { ApiStatusError } from './api-error.ts';
import type { ClusterConnection, KubeRequest } from './connection.ts';
import { apiPath, type ApiPath } from './path.ts';
import { expectOk } from './response.ts';
import { secretSummary, type SecretSummary } from './secret-summary.ts';
import { asText, asWire, asWires, epochMs, type Wire } from './to-model/wire.ts';

/** Whether something a Pod names is there. Not being allowed to look is not the same as not finding it. */
export type Reference<T> =
  | { readonly state: 'exists'; readonly value: T }
  | { readonly state: 'missing' }
  | {
      readonly state: 'unchecked';
      readonly message: string;
      /** The permission that would allow it ("get secrets in shop"); undefined when that was not the reason. */
      readonly permission?: string;
    };

export type ConfigMapSummary = {
  readonly name: string;
  readonly namespace: string;
  readonly keys: readonly string[];
  readonly createdAt: number;
};
export type ServiceAccountSummary = {
  readonly name: string;
  readonly namespace: string;
  readonly imagePullSecrets: readonly string[];
};

type Ref = { readonly namespace: string; readonly name: string };
type Reader = Pick<ClusterConnection, 'request'>;

export const readSecret = (
  connection: Reader,
  ref: Ref,
  signal?: AbortSignal,
): Promise<Reference<SecretSummary>> =>
  read(connection, {
    path: apiPath`/api/v1/namespaces/${ref.namespace}/secrets/${ref.name}`,
    permission: `get secrets in ${ref.namespace}`,
    reduce: secretSummary,
    signal,
  });

/** Key names only: a ConfigMap's values may be credentials as well. */
export const readConfigMap = (
  connection: Reader,
  ref: Ref,
  signal?: AbortSignal,
): Promise<Reference<ConfigMapSummary>> =>
  read(connection, {
    path: apiPath`/api/v1/namespaces/${ref.namespace}/configmaps/${ref.name}`,
    permission: `get configmaps in ${ref.namespace}`,
    reduce: (object) => ({
      ...ref,
      keys: [...Object.keys(asWire(object['data'])), ...Object.keys(asWire(object['binaryData']))].toSorted(),
      createdAt: epochMs(asWire(object['metadata'])['creationTimestamp']) ?? 0,
    }),
    signal,
  });

export const readServiceAccount = (
  connection: Reader,
  ref: Ref,
  signal?: AbortSignal,
): Promise<Reference<ServiceAccountSummary>> =>
  read(connection, {
    path: apiPath`/api/v1/namespaces/${ref.namespace}/serviceaccounts/${ref.name}`,
    permission: `get serviceaccounts in ${ref.namespace}`,
    reduce: (object) => ({
      ...ref,
      imagePullSecrets: asWires(object['imagePullSecrets']).map((secret) => asText(secret['name'])),
    }),
    signal,
  });

/** Whether a namespace exists: what is in one that does not lists as nothing, without an error. */
export const readNamespace = (
  connection: Reader,
  name: string,
  signal?: AbortSignal,
): Promise<Reference<{ readonly name: string }>> =>
  read(connection, {
    path: apiPath`/api/v1/namespaces/${name}`,
    permission: `get namespaces/${name}`,
    reduce: () => ({ name }),
    signal,
  });

/** Names beyond these are not asked for: a near miss among thousands would be a guess. */
const MOST_NAMES = 500;

/**
 * The names of the Secrets or ConfigMaps of a namespace. Only metadata are asked for, so that no value leaves the API server.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-metadata-only
 */
export const readNames = (
  connection: Reader,
  { namespace, kind }: { readonly namespace: string; readonly kind: 'secrets' | 'configmaps' },
  signal?: AbortSignal,
): Promise<Reference<readonly string[]>> =>
  read(connection, {
    path: apiPath`/api/v1/namespaces/${namespace}/${kind}`,
    permission: `list ${kind} in ${namespace}`,
    request: {
      query: { limit: MOST_NAMES },
      headers: { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' },
    },
    reduce: (list) => asWires(list['items']).map((item) => asText(asWire(item['metadata'])['name'])),
    signal,
  });

type Read<T> = {
  readonly path: ApiPath;
  readonly request?: Pick<KubeRequest, 'query' | 'headers'>;
  readonly permission: string;
  readonly reduce: (object: Wire) => T;
  readonly signal: AbortSignal | undefined;
};

/** @throws only the signal's reason, on abort: everything else is an answer. */
async function read<T>(
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
