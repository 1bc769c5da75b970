import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { apiStatusError, ApiProtocolError, notJsonError } from './api-error.ts';
import { networkError } from './network-error.ts';

/** An answer whose headers have arrived. Its body is read once: as a stream, as text, as JSON, or thrown away. */
export interface KubeResponse {
  readonly status: number;
  /** Lower-case names; repeated headers are joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** @throws ApiNetworkError when the connection breaks; the signal's reason on abort. */
  readonly body: AsyncIterable<Uint8Array>;
  /** @throws ApiProtocolError above `maxBytes` (default 64 MiB). */
  text(maxBytes?: number): Promise<string>;
  /** @throws ApiProtocolError when the body is not JSON: a captive portal, a proxy's error page. */
  json(): Promise<unknown>;
  /** Frees the connection without reading the rest. */
  discard(): void;
}

const MAX_TEXT_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 256 * 1024;

/** What undici answers with. */
export type RawResponse = {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
};

export function kubeResponse(
  { statusCode, headers, body }: RawResponse,
  { host, signal }: { host: string; signal?: AbortSignal },
): KubeResponse {
  const flat = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );

  body.on('error', () => undefined); // readers see it through the iterator; a discarded body has no reader

  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of body) yield chunk as Uint8Array;
    } catch (error) {
      signal?.throwIfAborted();
      throw networkError(error, host);
    }
  }

  async function text(maxBytes = MAX_TEXT_BYTES): Promise<string> {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of chunks()) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new ApiProtocolError(`The answer is larger than ${maxBytes} bytes.`);
      parts.push(chunk);
    }
    return Buffer.concat(parts).toString('utf8');
  }

  return {
    status: statusCode,
    headers: flat,
    body: { [Symbol.asyncIterator]: chunks },
    text,
    async json() {
      const content = await text();
      try {
        return JSON.parse(content) as unknown;
      } catch {
        throw notJsonError(flat['content-type'], content);
      }
    },
    discard: () => {
      body.destroy();
    },
  };
}

/** Passes a 2xx on. @throws ApiStatusError made from any other answer. */
export async function expectOk(response: KubeResponse): Promise<KubeResponse> {
  if (response.status >= 200 && response.status < 300) return response;
  // A break while reading the explanation does not matter: the status is known and says more.
  const body = await response.text(MAX_ERROR_BYTES).catch(() => '');
  throw apiStatusError(response.status, response.headers, body);
}
