import { ApiProtocolError, apiStatusError, notJsonError } from './api-error.ts';
import type { Decoder, WatchEvent } from './decoder.ts';
import { openEnvelope, readStatus } from './protobuf/envelope.ts';
import { UnknownFieldError } from './protobuf/message-reader.ts';
import { PROTOBUF_TYPE } from './protobuf/protobuf-decoder.ts';
import { expectOk, type KubeResponse } from './response.ts';

/** In which encoding one kind is asked for and read. What was learnt of the server holds for the kind's whole life. */
export interface Encoding<T> {
  /** For the next request. */
  readonly accept: string;
  /** Whether the same is to be asked again: the server, or a proxy, refused the encoding. */
  isRefused(response: KubeResponse): boolean;
  /** The decoder for an answer: it decides by what came, not by what was asked for. @throws ApiStatusError when it failed. */
  decoderOf(response: KubeResponse): Promise<Decoder<T>>;
}

export type EncodingOptions<T> = {
  readonly json: Decoder<T>;
  /** Absent: JSON only. */
  readonly protobuf?: Decoder<T>;
  /** Told once, when protobuf is given up. */
  readonly onFallback: (message: string) => void;
};

/** So many watches in a row that broke at an unreadable event, without one that could be read between them. */
const MAX_BROKEN_WATCHES = 3;
const MAX_STATUS_BYTES = 256 * 1024;
const NOT_ACCEPTABLE = 406;
const UNSUPPORTED_MEDIA_TYPE = 415;

/**
 * Protobuf first: the server needs less time for it, and so do we. JSON when the server does not speak it, when a list
 * in protobuf could not be read, or when it holds fields newer than our table.
 */
export function createEncoding<T>({ json, protobuf, onFallback }: EncodingOptions<T>): Encoding<T> {
  let preferred = protobuf;
  let brokenWatches = 0;

  const fallBack = (why: string) => {
    if (preferred === undefined) return;
    preferred = undefined;
    onFallback(`${why} From now on it is read as JSON.`);
  };
  const failed = (error: unknown, { isList }: { isList: boolean }) => {
    if (!(error instanceof ApiProtocolError)) return;
    if (!isList) brokenWatches++;
    if (isList || error instanceof UnknownFieldError || brokenWatches >= MAX_BROKEN_WATCHES) {
      fallBack(error.message);
    }
  };
  const watched = protobuf && {
    accept: protobuf.accept,
    async list(...args: Parameters<Decoder<T>['list']>) {
      try {
        return await protobuf.list(...args);
      } catch (error) {
        failed(error, { isList: true });
        throw error;
      }
    },
    async *watch(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly WatchEvent<T>[]> {
      try {
        for await (const events of protobuf.watch(body)) {
          brokenWatches = 0;
          yield events;
        }
      } catch (error) {
        failed(error, { isList: false });
        throw error;
      }
    },
  };

  return {
    get accept() {
      return preferred ? `${preferred.accept}, ${json.accept};q=0.9` : json.accept;
    },
    isRefused({ status }) {
      const isRefused =
        preferred !== undefined && (status === NOT_ACCEPTABLE || status === UNSUPPORTED_MEDIA_TYPE);
      if (isRefused) fallBack(`The API server does not give protobuf (${status}).`);
      return isRefused;
    },
    async decoderOf(response) {
      if (watched === undefined || !isProtobuf(response)) {
        await expectOk(response);
        if (response.headers['content-type']?.includes('html') === true) {
          response.discard();
          throw notJsonError('text/html', '<html>');
        }
        return json;
      }
      if (response.status >= 200 && response.status < 300) return watched;
      throw apiStatusError(response.status, response.headers, await statusText(response));
    },
  };
}

const isProtobuf = ({ headers }: KubeResponse) => headers['content-type']?.startsWith(PROTOBUF_TYPE) === true;

/** The Status of a failed answer as JSON; '' when it cannot be read: the status code is known and says enough. */
async function statusText({ body }: KubeResponse): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of body) {
      parts.push(part);
      size += part.byteLength;
      if (size > MAX_STATUS_BYTES) return '';
    }
    const bytes = Buffer.concat(parts);
    return JSON.stringify(readStatus(bytes, openEnvelope(bytes, 0, size)));
  } catch {
    return '';
  }
}
