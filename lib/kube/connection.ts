import { Agent, buildConnector, ProxyAgent, type Dispatcher } from 'undici';
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Clock } from './clock.ts';
import type { Credentials } from './credential.ts';
import { createCredentialSource } from './credentials.ts';
import type { ContextConfig } from './context-config.ts';
import { endWhenHung, PING_EVERY_MS } from './hung-connection.ts';
import { networkError } from './network-error.ts';
import { queryString, type ApiPath, type Query } from './path.ts';
import { kubeResponse, type KubeResponse } from './response.ts';
import { createServerTime } from './server-time.ts';

export type KubeRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
};

/** One context of a kubeconfig: the only way to its API server. */
export interface ClusterConnection {
  readonly context: string;
  /** As written in the kubeconfig, without credentials. */
  readonly server: string;
  /** The context's default namespace. */
  readonly namespace?: string;
  /** The kubeconfig's name for the user; who the API server sees may differ. */
  readonly user: string;
  /** `insecure-skip-tls-verify`: must be shown. */
  readonly insecureTls: boolean;
  /** Server clock minus ours, ms, from the last `Date` header; undefined before the first answer. */
  serverTimeOffsetMs(): number | undefined;
  /**
   * Resolves with any HTTP status (see `expectOk`). A 401 is retried once with fresh credentials, a GET once
   * when a reused connection turned out to be closed; a write is sent at most once. Redirects are not followed.
   *
   * @throws ApiNetworkError, KubeconfigError or ExecPluginError when there is no answer; the signal's reason on abort.
   */
  request(path: ApiPath, request?: KubeRequest): Promise<KubeResponse>;
  /** Ends every open request, streams included. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 60_000;
const IDLE_SOCKET_MS = 60_000;
/** The kernel probes an idle connection after this and gives up about 10 s later: finds half-open sockets. */
const TCP_KEEPALIVE_MS = 30_000;

export type ConnectionOptions = { readonly clock: Clock; readonly userAgent?: string };

/** Opens nothing yet: the first request does. */
export function connectCluster(
  config: ContextConfig,
  { clock, userAgent = 'uncrash' }: ConnectionOptions,
): ClusterConnection {
  const { cluster } = config;
  const { origin, host, pathname } = new URL(cluster.server);
  const prefix = pathname.replace(/\/$/, '');
  const credentials = createCredentialSource(config, clock);
  const pool = createPool(config, clock);
  const serverTime = createServerTime(clock);
  const closed = new AbortController();
  setMaxListeners(0, closed.signal);

  async function send(
    used: Credentials,
    path: string,
    request: KubeRequest,
  ): Promise<Dispatcher.ResponseData> {
    const signal = request.signal ? AbortSignal.any([request.signal, closed.signal]) : closed.signal;
    const options: Dispatcher.RequestOptions = {
      origin,
      path,
      method: request.method ?? 'GET',
      headers: {
        accept: 'application/json',
        'user-agent': userAgent,
        ...(used.authorization ? { authorization: used.authorization } : {}),
        ...request.headers,
      },
      body: request.body,
      signal,
    };
    try {
      return await abortable(pool.dispatcher(used).request(options), signal);
    } catch (error) {
      signal.throwIfAborted();
      const classified = networkError(error, host);
      if (classified.failure === 'reset' && options.method === 'GET')
        return retryReset(used, options, signal);
      throw classified;
    }
  }

  async function retryReset(used: Credentials, options: Dispatcher.RequestOptions, signal: AbortSignal) {
    try {
      return await abortable(pool.dispatcher(used).request(options), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw networkError(error, host);
    }
  }

  async function request(path: ApiPath, init: KubeRequest = {}): Promise<KubeResponse> {
    const target = prefix + path + queryString(init.query);
    const sentAt = clock.now();
    const used = await credentials.current();
    let answer = await send(used, target, init);
    if (answer.statusCode === 401) {
      credentials.refused(used);
      const fresh = await credentials.current();
      // A 401 is given before anything is done, so that also a write may be sent again.
      if (fresh !== used && !sameIdentity(fresh, used)) {
        await answer.body.dump();
        answer = await send(fresh, target, init);
      }
    }
    const response = kubeResponse(answer, { host, signal: init.signal });
    serverTime.observe(response.headers['date'], sentAt);
    return response;
  }

  return {
    context: config.context,
    server: withoutUserinfo(cluster.server),
    namespace: config.namespace,
    user: config.user.name,
    insecureTls: cluster.insecureTls,
    serverTimeOffsetMs: serverTime.offsetMs,
    request,
    async close() {
      closed.abort(new DOMException('The connection was closed.', 'AbortError'));
      await pool.destroy();
    },
  };
}

/** undici notices an abort only once a connection stands: behind a blackhole that is its time limit for connecting. */
function abortable(
  request: Promise<Dispatcher.ResponseData>,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    void request.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** One undici pool per TLS identity; the old one finishes its requests and goes when certificates rotate. */
function createPool({ cluster }: ContextConfig, clock: Clock) {
  let current: { readonly id: string; readonly dispatcher: Dispatcher } | undefined;
  const retired = new Set<Dispatcher>();

  return {
    dispatcher(credentials: Credentials): Dispatcher {
      const id = identity(credentials);
      if (current?.id === id) return current.dispatcher;
      if (current) {
        const old = current.dispatcher;
        retired.add(old);
        void old.close().finally(() => retired.delete(old));
      }
      const dispatcher = newDispatcher(credentials);
      current = { id, dispatcher };
      return dispatcher;
    },
    async destroy(): Promise<void> {
      const all = [...retired, ...(current ? [current.dispatcher] : [])];
      current = undefined;
      await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
    },
  };

  function newDispatcher({ ca, cert, key }: Credentials): Dispatcher {
    const tls = {
      ca,
      cert,
      key,
      servername: cluster.tlsServerName,
      ...(cluster.insecureTls ? { rejectUnauthorized: false } : {}),
    };
    const connect = {
      ...tls,
      timeout: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEPALIVE_MS,
    };
    // A quiet watch or log is not an error: body silence is judged by the reader.
    const pool = { keepAliveTimeout: IDLE_SOCKET_MS, headersTimeout: HEADERS_TIMEOUT_MS, bodyTimeout: 0 };
    return cluster.proxyUrl
      ? new ProxyAgent({ uri: cluster.proxyUrl, requestTls: connect, connect, ...pool })
      : new Agent({
          connect: guardedConnector(connect, clock),
          h2Options: { pingInterval: PING_EVERY_MS },
          ...pool,
        });
  }
}

/** Connections that end when their other side has stopped answering. */
function guardedConnector(options: buildConnector.BuildOptions, clock: Clock): buildConnector.connector {
  const connect = buildConnector(options);
  return (target, callback) =>
    connect(target, (...result) => {
      const [, socket] = result;
      if (socket) void endWhenHung(socket, clock);
      callback(...result);
    });
}

const identity = ({ ca, cert, key }: Credentials): string => {
  const hash = createHash('sha256');
  for (const part of [ca, cert, key]) hash.update(part ?? '').update('\u0000');
  return hash.digest('hex');
};

const sameIdentity = (a: Credentials, b: Credentials): boolean =>
  a.authorization === b.authorization && identity(a) === identity(b);

function withoutUserinfo(server: string): string {
  const url = new URL(server);
  return url.origin + url.pathname.replace(/\/$/, '');
}
