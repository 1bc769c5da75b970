import type { ClusterConnection } from '#lib/kube/connection.ts';
import { queryString } from '#lib/kube/path.ts';
import type { ApiServer } from '#lib/sandbox/apiserver/api-server.ts';
import { MASTER } from '#lib/sandbox/apiserver/in-process-transport.ts';
import { ByteChannel } from '#lib/testing/byte-channel.ts';
import { channelResponse, textResponse } from '#lib/testing/text-response.ts';

/** The product's connection to a sandbox API server in the same process: bytes as on the wire, no sockets. */
export function inProcessConnection(server: ApiServer): Pick<ClusterConnection, 'request'> {
  return {
    request: (path, { method = 'GET', query, signal } = {}) => {
      signal?.throwIfAborted();
      const reply = server.handle({ method, path: path + queryString(query), user: MASTER });
      if (reply.kind === 'json')
        return Promise.resolve(
          textResponse(reply.status, JSON.stringify(reply.body), { 'content-type': 'application/json' }),
        );
      if (reply.kind !== 'watch') throw new Error(`${path} answered with a ${reply.kind}`);
      const channel = new ByteChannel();
      const close = reply.open({
        write: (frame) => channel.push(new TextEncoder().encode(`${JSON.stringify(frame)}\n`)),
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
      return Promise.resolve(channelResponse(200, channel));
    },
  };
}
