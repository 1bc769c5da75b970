import { apiPath } from './path.ts';
import { type Reader, readReference, type Ref, type Reference } from './read-reference.ts';
import { secretSummary, type SecretSummary } from './secret-summary.ts';
import { asText, asWire, asWires, epochMs } from './to-model/wire.ts';

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

export const readSecret = (
  connection: Reader,
  ref: Ref,
  signal?: AbortSignal,
): Promise<Reference<SecretSummary>> =>
  readReference(connection, {
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
  readReference(connection, {
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
  readReference(connection, {
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
  readReference(connection, {
    path: apiPath`/api/v1/namespaces/${name}`,
    permission: `get namespaces/${name}`,
    reduce: () => ({ name }),
    signal,
  });

/** Kinds of which the names of a namespace may be asked for. */
export type NamedKind = 'secrets' | 'configmaps' | 'persistentvolumeclaims';

/** Names beyond these are not asked for: a near miss among thousands would be a guess. */
const MOST_NAMES = 500;

/**
 * The names of the Secrets, ConfigMaps or claims of a namespace. Only metadata are asked for, so that no value leaves the API server.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-metadata-only
 */
export const readNames = (
  connection: Reader,
  { namespace, kind }: { readonly namespace: string; readonly kind: NamedKind },
  signal?: AbortSignal,
): Promise<Reference<readonly string[]>> =>
  readReference(connection, {
    path: apiPath`/api/v1/namespaces/${namespace}/${kind}`,
    permission: `list ${kind} in ${namespace}`,
    request: {
      query: { limit: MOST_NAMES },
      headers: { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' },
    },
    reduce: (list) => asWires(list['items']).map((item) => asText(asWire(item['metadata'])['name'])),
    signal,
  });
