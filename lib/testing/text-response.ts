import { ByteChannel } from './byte-channel.ts';
import type { KubeResponse } from '#lib/kube/response.ts';

/** An answer whose body is read from `body`, in microtasks only. */
export function channelResponse(
  status: number,
  body: AsyncIterable<Uint8Array>,
  headers: Readonly<Record<string, string>> = {},
): KubeResponse {
  const text = async () => {
    const parts: Uint8Array[] = [];
    for await (const chunk of body) parts.push(chunk);
    return Buffer.concat(parts).toString('utf8');
  };
  return {
    status,
    headers,
    body,
    text,
    json: async () => JSON.parse(await text()) as unknown,
    discard: () => undefined,
  };
}

/** An answer with this body. */
export const textResponse = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): KubeResponse => bytesResponse(status, new TextEncoder().encode(body), headers);

export function bytesResponse(
  status: number,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): KubeResponse {
  const channel = new ByteChannel();
  channel.push(body);
  channel.end();
  return channelResponse(status, channel, headers);
}
