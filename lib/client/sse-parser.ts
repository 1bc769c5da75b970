/** What one piece of an event stream holds. `heard` is a comment (the server's heartbeat). */
export type SseItem =
  | {
      readonly type: 'data';
      readonly data: string;
      /** Of this event or the last one before it that had any: where to go on from. */
      readonly lastEventId: string;
    }
  | { readonly type: 'heard' };

const MAX_PENDING = 64 * 1024 * 1024;

/**
 * Incremental parser of text/event-stream (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * EventSource hides comments, and the heartbeats that tell a quiet stream from a dead one are comments.
 * Only `data` and `id` are used; our server puts one JSON object into each event.
 */
export function createSseParser(): (chunk: string) => SseItem[] {
  let pending = '';
  let data: string[] = [];
  let lastEventId = '';

  const line = (text: string): SseItem | undefined => {
    if (text === '') {
      if (data.length === 0) return undefined;
      const item: SseItem = { type: 'data', data: data.join('\n'), lastEventId };
      data = [];
      return item;
    }
    if (text.startsWith(':')) return { type: 'heard' };
    const colon = text.indexOf(':');
    const field = colon === -1 ? text : text.slice(0, colon);
    const value = colon === -1 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') data.push(value);
    if (field === 'id' && !value.includes('\0')) lastEventId = value;
    return undefined;
  };

  return (chunk) => {
    pending += chunk;
    if (pending.length > MAX_PENDING) throw new Error('An event of the stream is larger than 64 MiB.');
    // A carriage return at the very end may be the first half of \r\n: wait for the next chunk.
    const end = pending.endsWith('\r') ? pending.length - 1 : pending.length;
    const lines = pending.slice(0, end).split(/\r\n|\n|\r/);
    pending = (lines.pop() ?? '') + pending.slice(end);
    return lines.map(line).filter((item) => item !== undefined);
  };
}
