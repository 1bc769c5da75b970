import type { WatchEvent } from './decoder.ts';
import { asText, asWire, type Wire } from './to-model/wire.ts';

/** On the bookmark that ends the initial events of a watch (KEP-3157); the value must be "true". */
export const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** A BOOKMARK event from its object, of which nothing but `metadata` is filled in. */
export function bookmark(object: Wire): Extract<WatchEvent<never>, { type: 'BOOKMARK' }> {
  const metadata = asWire(object['metadata']);
  const resourceVersion = asText(metadata['resourceVersion']);
  const isEnd = asWire(metadata['annotations'])[INITIAL_EVENTS_END] === 'true';
  return { type: 'BOOKMARK', resourceVersion, ...(isEnd && { endsInitialEvents: true }) };
}
