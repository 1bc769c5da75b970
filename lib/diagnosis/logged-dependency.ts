import type { ContainerInput } from './diagnosis-input.ts';
import { type LogLine, searchLog } from './log-search.ts';
import { serviceState, type ServiceState } from './service-state.ts';
import { clip } from './wording.ts';

const FAILED =
  /connection refused|ECONNREFUSED|EHOSTUNREACH|\bENOTFOUND\b|no such host|could not connect|could not translate host name|Name or service not known|Name does not resolve|UnknownHostException|host not found in (?:upstream|resolver)|Can't connect to (?:MySQL|server)|Communications link failure|i\/o timeout|ETIMEDOUT|connection timed out|no route to host|failed to connect to \S{1,200}:\d{2,5}|connection to \S{1,200} refused|getaddrinfo failed|database system is (?:starting up|shutting down|in recovery)|Can't reach database server|ServerSelection(?:Timeout)?Error|NoBrokersAvailable|run out of available brokers|timed out waiting for connection|Unable to connect to (?:the )?(?:zookeeper|kafka|redis|mongo|mysql|postgres|rabbit|elastic|database|db)|Broker may not be available|Host is unreachable/i;
/** The resolver answered, and there is no such name. */
const NO_SUCH_NAME =
  /\bENOTFOUND\b|no such host|could not translate host name|Name or service not known|Name does not resolve|UnknownHostException|host not found in (?:upstream|resolver)|getaddrinfo failed/i;
const HOST_PORT = /(?:\/\/|@|\s|["'([])([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?):(\d{2,5})\b/i;
const LOOKED_UP =
  /(?:\bENOTFOUND|lookup|host name|resolve|UnknownHostException|host not found in \w{1,20}|MySQL server on)[: ]+["']?([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)/i;

export type LoggedDependency = {
  readonly line: LogLine;
  /** "db:5432", or "a service it needs" when the line names nobody. */
  readonly where: string;
  readonly host?: string;
  /** The name does not exist; otherwise nobody answered at it. */
  readonly isUnknownName: boolean;
  readonly service?: ServiceState;
};

/** What the log says did not answer, with its Service where there is one. */
export function loggedDependency(input: ContainerInput): LoggedDependency | undefined {
  const line = searchLog(input.container.log, FAILED)?.line;
  if (!line) return undefined;
  const { host, port } = peerIn(line.text) ?? {};
  const where = host ? `${host}${port ? `:${port}` : ''}` : 'a service it needs';
  return {
    line,
    where,
    host,
    isUnknownName: NO_SUCH_NAME.test(line.text),
    service: host === undefined ? undefined : serviceState(input, host),
  };
}

/** Whom a line of a log speaks of: "dial tcp: connect db:5432" -> db, 5432. */
export function peerIn(line: string): { readonly host: string; readonly port?: string } | undefined {
  const text = clip(line, 2000);
  const [, reached, port] = HOST_PORT.exec(text) ?? [];
  const lookedUp = LOOKED_UP.exec(text)?.[1];
  // With a name that does not exist the address in the line is that of the resolver.
  const named = NO_SUCH_NAME.test(text) ? (lookedUp ?? reached) : (reached ?? lookedUp);
  if (named === undefined) return undefined;
  return { host: named.toLowerCase(), ...(port !== undefined && named === reached ? { port } : {}) };
}
