/**
 * The one seam through which controllers, scheduler and kubelet reach an API server: HTTPS against the
 * sandbox or a real kube-apiserver, or an in-process call to the same handlers during backfill and tests.
 */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type ApiRequest = {
  readonly method: Method;
  /** Path with query, e.g. `/api/v1/namespaces/shop/pods?limit=500`. */
  readonly path: string;
  readonly body?: unknown;
  /** Needed for PATCH: `application/merge-patch+json`, `application/json-patch+json`, ... */
  readonly contentType?: string;
  /** What the answer may be; JSON of the whole object when absent. Only asked of a server over HTTPS. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
};

export type ApiResponse = { readonly status: number; readonly body: unknown };

export type WatchEvent<T> = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
};

export interface Transport {
  /** Resolves for every HTTP status; rejects only when there is no answer (network, abort). */
  request(request: ApiRequest): Promise<ApiResponse>;
  /** Ends when the server closes the watch or the signal aborts. `path` includes watch=1 and resourceVersion. */
  watch<T>(path: string, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;
}
