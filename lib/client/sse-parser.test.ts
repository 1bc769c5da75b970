import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseParser } from './sse-parser.ts';

const parseAll = (...chunks: string[]) => chunks.flatMap(createSseParser());

describe('event stream parser', () => {
  it.each([
    ['an event', 'event: delta\ndata: {"a":1}\n\n', [{ type: 'data', data: '{"a":1}' }]],
    ['a heartbeat comment', ': ping\n\n', [{ type: 'heard' }]],
    ['several data lines as one event', 'data: a\ndata:b\n\n', [{ type: 'data', data: 'a\nb' }]],
    ['carriage returns', 'data: a\r\n\r\n', [{ type: 'data', data: 'a' }]],
    ['an unfinished event not at all', 'data: a\n', []],
    ['fields it does not know not at all', 'retry: 5\nid: 7\n\n', []],
  ])('reads %s', (_what, text, items) => expect(parseAll(text)).toEqual(items));

  it('reads the same however the network cuts the text', () => {
    const text = 'data: one\n\n: ping\n\ndata: {"two":2}\r\n\r\nevent: x\ndata: three\n\n';
    const whole = parseAll(text);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const chunks = at.slice(1).map((end, index) => text.slice(at[index], end));
        expect(parseAll(...chunks)).toEqual(whole);
      }),
    );
  });
});
