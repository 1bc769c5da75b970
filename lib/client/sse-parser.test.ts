import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseParser } from './sse-parser.ts';

const parseAll = (...chunks: string[]) => chunks.flatMap(createSseParser());
const event = (data: string, lastEventId = '') => ({ type: 'data', data, lastEventId });

describe('event stream parser', () => {
  it.each([
    ['an event', 'event: delta\ndata: {"a":1}\n\n', [event('{"a":1}')]],
    ['a heartbeat comment', ': ping\n\n', [{ type: 'heard' }]],
    ['several data lines as one event', 'data: a\ndata:b\n\n', [event('a\nb')]],
    ['carriage returns', 'data: a\r\n\r\n', [event('a')]],
    ['an unfinished event not at all', 'data: a\n', []],
    ['fields it does not know not at all', 'retry: 5\n\n', []],
    [
      'the id of an event, which lasts until the next id',
      'id: e-1\ndata: a\n\ndata: b\n\nid: e-2\ndata: c\n\n',
      [event('a', 'e-1'), event('b', 'e-1'), event('c', 'e-2')],
    ],
  ])('reads %s', (_what, text, items) => expect(parseAll(text)).toEqual(items));

  it('reads the same however the network cuts the text', () => {
    const text = 'id: 1\ndata: one\n\n: ping\n\ndata: {"two":2}\r\n\r\nevent: x\ndata: three\n\n';
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
