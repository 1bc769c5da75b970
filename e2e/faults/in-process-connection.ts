import type { ClusterConnection } from '#lib/kube/connection.ts';
import { queryString } from '#lib/kube/path.ts';
import { asText, asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';
import type { ApiServer } from '#lib/sandbox/apiserver/api-server.ts';
import { MASTER } from '#lib/sandbox/apiserver/in-process-transport.ts';
import { ByteChannel } from '#lib/testing/byte-channel.ts';
import { encodeEvent, encodeList, encodeMessage, inEnvelope } from '#lib/testing/encode-protobuf.ts';
import { bytesResponse, channelResponse } from '#lib/testing/text-response.ts';
import { PROTOBUF, type WireEncoding } from '#lib/testing/watch-wire.ts';

/** How a server's answers become bytes. */
type Serializer = {
  readonly type: string;
  readonly body: (body: Wire) => Uint8Array;
  readonly event: (frame: { readonly type: string; readonly object: Wire }) => Uint8Array;
};

const JSON_BYTES: Serializer = {
  type: 'application/json',
  body: (body) => Buffer.from(JSON.stringify(body)),
  event: (frame) => Buffer.from(`${JSON.stringify(frame)}\n`),
};

const PROTOBUF_BYTES: Serializer = {
  type: PROTOBUF,
  body: (body) => {
    const kind = asText(body['kind']);
    if (!kind.endsWith('List')) return inEnvelope(kind, encodeMessage(kind, body));
    return encodeList(kind.slice(0, -'List'.length), asWire(body['metadata']), asWires(body['items']));
  },
  event: ({ type, object }) => encodeEvent(type, asText(object['kind']), object),
};

/**
 * The product's connection to a sandbox API server in the same process: bytes as on the wire, no sockets. With
 * `protobuf` it answers like a server that knows it, where it is asked for.
 */
export function inProcessConnection(
  server: ApiServer,
  encoding: WireEncoding = 'json',
): Pick<ClusterConnection, 'request'> {
  return {
    request: (path, { method = 'GET', query, headers = {}, signal } = {}) => {
      signal?.throwIfAborted();
      const isProtobuf = encoding === 'protobuf' && headers['accept']?.includes(PROTOBUF) === true;
      const { type, body, event } = isProtobuf ? PROTOBUF_BYTES : JSON_BYTES;
      const reply = server.handle({ method, path: path + queryString(query), user: MASTER });
      if (reply.kind === 'json')
        return Promise.resolve(
          bytesResponse(reply.status, body(asWire(reply.body)), { 'content-type': type }),
        );
      if (reply.kind !== 'watch') throw new Error(`${path} answered with a ${reply.kind}`);
      const channel = new ByteChannel();
      const close = reply.open({
        write: (frame) => channel.push(event(frame)),
        end: () => channel.end(),
      });
      signal?.addEventListener(
        'abort',
        () => {
          close();
          channel.fail(signal.reason as Error);
        },
        { once: true },
      );
      return Promise.resolve(channelResponse(200, channel, { 'content-type': type }));
    },
  };
}
