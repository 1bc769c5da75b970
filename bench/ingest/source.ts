import { INITIAL_EVENTS_END } from '#lib/kube/bookmark.ts';
import { realClock } from '#lib/kube/clock.ts';
import { type ClusterConnection, connectCluster, type KubeRequest } from '#lib/kube/connection.ts';
import type { ContextConfig } from '#lib/kube/context-config.ts';
import { readKubeconfig } from '#lib/kube/kubeconfig.ts';
import { apiPath } from '#lib/kube/path.ts';
import { PROTOBUF_TYPE } from '#lib/kube/protobuf/protobuf-decoder.ts';
import { asText, asWire } from '#lib/kube/to-model/wire.ts';
import type { Encoding } from './pods.ts';

const PODS = apiPath`/api/v1/pods`;
/** More than the bookmark that ends initial events takes. */
const BOOKMARK_BYTES = 1_024;

/**
 * The product's own connection, which gets one encoding only.
 * @param target the load generator's address, or the path of a kubeconfig.
 */
export function connectSource(target: string, encoding: Encoding): ClusterConnection {
  const connection = connectCluster(configOf(target), { clock: realClock });
  if (encoding === 'protobuf') return connection;
  return {
    ...connection,
    request: (path, init) => connection.request(path, accepting('application/json', init)),
  };
}

function configOf(target: string): ContextConfig {
  if (!target.startsWith('http')) return readKubeconfig({ source: 'flag', files: [target] }).resolve();
  return {
    context: 'bench',
    cluster: { name: 'bench', server: target, insecureTls: false },
    user: { name: 'bench' },
  };
}

const accepting = (accept: string, init: KubeRequest = {}): KubeRequest => ({
  ...init,
  headers: { ...init.headers, accept },
});

/** What a first list reads, no byte of it looked at but whether it is over. Answers their number. */
export async function drainInitialEvents(connection: ClusterConnection, encoding: Encoding): Promise<number> {
  const query = {
    watch: 1,
    allowWatchBookmarks: true,
    sendInitialEvents: true,
    resourceVersionMatch: 'NotOlderThan',
    timeoutSeconds: 600,
  };
  const accept = encoding === 'protobuf' ? PROTOBUF_TYPE : 'application/json';
  const { body } = await connection.request(PODS, accepting(accept, { query }));
  let bytes = 0;
  let end = Buffer.alloc(0);
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    // The bookmark is the last thing that comes; its mark may lie across two pieces.
    end = Buffer.concat([end, chunk.subarray(-BOOKMARK_BYTES)]).subarray(-BOOKMARK_BYTES);
    if (end.includes(INITIAL_EVENTS_END)) return bytes;
  }
  throw new Error('the watch ended before its initial events');
}

/**
 * What `res.json()` does: the whole body as one string, and JSON.parse. Answers the bytes.
 * @param targets more than one where no string is long enough for a body of all (V8 holds 512 MB); all lists are kept.
 */
export async function parseWholeBody(targets: readonly string[]): Promise<number> {
  const lists: unknown[] = [];
  let bytes = 0;
  for (const target of targets) {
    const connection = connectSource(target, 'json');
    const parts: Uint8Array[] = [];
    for await (const chunk of (await connection.request(PODS)).body) parts.push(chunk);
    const list = asWire(JSON.parse(Buffer.concat(parts).toString('utf8')));
    if (asText(list['kind']) !== 'PodList') throw new Error('not a list');
    lists.push(list);
    bytes += parts.reduce((sum, part) => sum + part.byteLength, 0);
    await connection.close();
  }
  return bytes;
}
