import { ApiStatusError } from './api-error.ts';
import type { ClusterConnection } from './connection.ts';
import { apiPath } from './path.ts';
import { expectOk } from './response.ts';

export type LogRequest = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The container's former instance. */
  readonly previous?: boolean;
  readonly follow?: boolean;
  readonly tailLines?: number;
  /** Prefix each line with its RFC 3339 time. */
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
  /** RFC 3339; only lines from then on. */
  readonly sinceTime?: string;
};

/** Why there is no log, when that is an answer rather than a failure. `message` is the server's own text. */
export type LogGap = {
  readonly kind: 'gap';
  readonly reason:
    | 'no-previous'
    | 'not-started'
    | 'no-such-container'
    | 'gone'
    | 'forbidden'
    | 'node-unreachable'
    | 'lost'
    | 'unknown';
  readonly message: string;
};

export type LogStream = {
  readonly kind: 'stream';
  /** Raw bytes as the container wrote them. Leaving the loop, or aborting, closes the upstream. */
  readonly body: AsyncIterable<Uint8Array>;
};

export type LogTail = {
  readonly kind: 'lines';
  readonly lines: readonly string[];
  /** More was there than `maxBytes` allowed; the oldest lines are missing. */
  readonly truncated: boolean;
};

const logPath = ({ namespace, pod }: Pick<LogRequest, 'namespace' | 'pod'>) =>
  apiPath`/api/v1/namespaces/${namespace}/pods/${pod}/log`;

/**
 * Opens a container's log. @throws ApiNetworkError, or ApiStatusError for 401, 429 and 5xx without a named gap.
 */
export async function openLog(
  connection: Pick<ClusterConnection, 'request'>,
  request: LogRequest,
  signal: AbortSignal,
): Promise<LogStream | LogGap> {
  const { container, previous, follow, tailLines, timestamps, limitBytes, sinceTime } = request;
  try {
    const response = await connection.request(logPath(request), {
      query: { container, previous, follow, tailLines, timestamps, limitBytes, sinceTime },
      headers: { accept: 'text/plain, application/json, */*' },
      signal,
    });
    await expectOk(response);
    return { kind: 'stream', body: response.body };
  } catch (error) {
    const gap = error instanceof ApiStatusError ? logGap(error) : undefined;
    if (gap) return gap;
    throw error;
  }
}

/** The last `lines` lines, never more than `maxBytes` of them. */
export async function logTail(
  connection: Pick<ClusterConnection, 'request'>,
  {
    lines,
    maxBytes,
    ...request
  }: Omit<LogRequest, 'follow' | 'tailLines' | 'limitBytes'> & { lines: number; maxBytes: number },
  signal: AbortSignal,
): Promise<LogTail | LogGap> {
  // `limitBytes` would cut the end off, which is the part that matters: read all, keep the last bytes.
  const log = await openLog(connection, { ...request, tailLines: lines }, signal);
  if (log.kind === 'gap') return log;
  const { bytes, truncated } = await lastBytes(log.body, maxBytes);
  const text = bytes.toString('utf8');
  if (LOST_LOG.test(text)) return { kind: 'gap', reason: 'lost', message: text.trim() };
  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  if (truncated) all.shift(); // its beginning is missing
  return { kind: 'lines', lines: all.slice(-lines), truncated };
}

async function lastBytes(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ bytes: Buffer; truncated: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let truncated = false;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    while (chunks.length > 1 && size - (chunks[0]?.byteLength ?? 0) >= maxBytes) {
      size -= chunks.shift()?.byteLength ?? 0;
      truncated = true;
    }
  }
  const bytes = Buffer.concat(chunks);
  return bytes.length > maxBytes
    ? { bytes: bytes.subarray(bytes.length - maxBytes), truncated: true }
    : { bytes, truncated };
}

/** The kubelet answers 200 with this text when the runtime has removed the log file (pkg/kubelet/kuberuntime). */
const LOST_LOG = /^unable to retrieve container logs for \S+\s*$/;

/** Texts of pkg/kubelet/kubelet_pods.go and pkg/registry/core/pod/strategy.go; all come as BadRequest. */
const BAD_REQUEST_GAPS: readonly (readonly [RegExp, LogGap['reason']])[] = [
  [/^previous terminated container .* not found/, 'no-previous'],
  [/ is waiting to start| is not available|does not have a host assigned/, 'not-started'],
  [/^container \S+ is not valid for pod /, 'no-such-container'],
];

function logGap({ code, reason, message }: ApiStatusError): LogGap | undefined {
  if (code === 401 || code === 429) return undefined;
  if (code === 403) return { kind: 'gap', reason: 'forbidden', message };
  if (code === 404) return { kind: 'gap', reason: 'gone', message };
  if (code === 400) {
    const named = BAD_REQUEST_GAPS.find(([text]) => text.test(message));
    return { kind: 'gap', reason: named?.[1] ?? 'unknown', message };
  }
  // The API server could not reach the kubelet: `Get "https://10.0.0.1:10250/containerLogs/…": dial tcp …`.
  if (code >= 500 && reason === 'InternalError' && /containerLogs/.test(message)) {
    return { kind: 'gap', reason: 'node-unreachable', message };
  }
  return undefined;
}
