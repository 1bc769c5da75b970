import type { ContainerInput } from './diagnosis-input.ts';
import { type LogLine, searchLog } from './log-search.ts';
import { serviceState, type ServiceState } from './service-state.ts';

const FAILED =
  /connection refused|ECONNREFUSED|EHOSTUNREACH|\bENOTFOUND\b|no such host|could not connect|could not translate host name|Name or service not known|Name does not resolve|UnknownHostException|host not found in (?:upstream|resolver)|Can't connect to (?:MySQL|server)|Communications link failure|i\/o timeout|ETIMEDOUT|connection timed out|no route to host/i;
/** The resolver answered, and there is no such name. */
const NO_SUCH_NAME =
  /\bENOTFOUND\b|no such host|could not translate host name|Name or service not known|Name does not resolve|UnknownHostException|host not found in (?:upstream|resolver)/i;
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
  const host = (HOST_PORT.exec(line.text)?.[1] ?? LOOKED_UP.exec(line.text)?.[1])?.toLowerCase();
  const port = HOST_PORT.exec(line.text)?.[2];
  const where = host ? `${host}${port ? `:${port}` : ''}` : 'a service it needs';
  const isUnknownName = NO_SUCH_NAME.test(line.text);
  return {
    line,
    where,
    host,
    isUnknownName,
    service: host === undefined ? undefined : serviceState(input, host),
  };
}
