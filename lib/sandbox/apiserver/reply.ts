import type { SessionInput } from './exec-source.ts';
import type { Json, JsonObject } from './objects/json.ts';

export type WatchFrame = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: JsonObject;
};

export type Sink<T> = { write(item: T): void; end(): void };

/** Starts the stream; what is already there is written before `open` returns. Returns its cancel function. */
type Open<T> = (sink: Sink<T>) => () => void;

export type SessionSink = {
  stdout(bytes: string | Uint8Array): void;
  stderr(text: string): void;
  /** The session is over; the Status says how it went. */
  end(status: JsonObject): void;
};

export type OpenSession = (sink: SessionSink) => SessionInput;

type Headers = Readonly<Record<string, string>>;

/** What the server answers, before anything is serialised: an in-process client takes it as it is. */
export type Reply =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: Json;
      readonly contentType?: string;
      readonly headers?: Headers;
    }
  | { readonly kind: 'text'; readonly status: number; readonly body: string; readonly headers?: Headers }
  | { readonly kind: 'watch'; readonly contentType?: string; readonly open: Open<WatchFrame> }
  | { readonly kind: 'log'; readonly open: Open<string> }
  /** Bytes in both directions over a connection that the client upgrades. */
  | { readonly kind: 'session'; readonly open: OpenSession };

export function json(
  status: number,
  body: Json,
  extra: { contentType?: string; headers?: Headers } = {},
): Reply {
  return { kind: 'json', status, body, ...extra };
}
