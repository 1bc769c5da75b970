import type { ApiStatusError } from './api-error.ts';

export type ListMeta = {
  /** The version the list is consistent with; a watch starts here. */
  readonly resourceVersion: string;
  /** Token of the next page, undefined on the last. */
  readonly continue?: string;
};

/** `object` is undefined when it could not be made sense of; the version still counts. */
export type WatchEvent<T> =
  | {
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
      readonly object: T | undefined;
      readonly resourceVersion: string;
    }
  | {
      readonly type: 'BOOKMARK';
      readonly resourceVersion: string;
      /** All that a watch with `sendInitialEvents` began with has come. */
      readonly endsInitialEvents?: boolean;
    }
  | { readonly type: 'ERROR'; readonly error: ApiStatusError };

/** Turns bytes into model objects, from JSON or protobuf: the reflector does not know which. */
export interface Decoder<T> {
  /** The `Accept` header that asks for this encoding. */
  readonly accept: string;
  /**
   * Reads one page, calling `onObject` per object while bytes arrive.
   * @throws ApiProtocolError when the body is not a complete list of this encoding.
   */
  list(body: AsyncIterable<Uint8Array>, onObject: (object: T) => void): Promise<ListMeta>;
  /**
   * Yields what each piece of the stream completed, in order. A torn last event is dropped: the stream was cut.
   * @throws ApiProtocolError at a complete but unreadable event, after yielding those before it.
   */
  watch(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly WatchEvent<T>[]>;
}
