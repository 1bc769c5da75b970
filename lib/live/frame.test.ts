import { gunzipSync, constants } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrame, GZIP_HEADER, Part } from './frame.ts';

const whole = (parts: readonly { bytes: Uint8Array }[]) => Buffer.concat(parts.map(({ bytes }) => bytes));
/** An event stream never ends, so neither does its gzip. */
const unzip = (bytes: Uint8Array) => gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });

describe('a frame', () => {
  it('is an event with an id and its message on one line, whatever that contains', () => {
    const frame = createFrame(7, 'x-7', JSON.stringify({ text: 'a\ndata: {"type":"snapshot"}\r\n\n\u2028' }));
    const lines = whole(frame.parts)
      .toString()
      .trimEnd()
      .split(/[\n\r]/);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe('id: x-7');
    expect(frame.size).toBe(whole(frame.parts).byteLength);
  });

  it('is handed over in parts when it is large', () => {
    const { parts } = createFrame(1, 'x-1', JSON.stringify({ text: 'x'.repeat(200_000) }));
    expect(Math.max(...parts.map(({ bytes }) => bytes.byteLength))).toBe(64 * 1024);
  });

  it('is compressed once, and fits into the gzip stream of every reader wherever it joined', () => {
    const frames = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { minLength: 1 });
    fc.assert(
      fc.property(frames, fc.nat(), (texts, from) => {
        const parts = texts.flatMap((text, at) => createFrame(at, `x-${at}`, JSON.stringify({ text })).parts);
        const read = parts.slice(from % parts.length);
        const stream = Buffer.concat([GZIP_HEADER, ...read.map((part) => part.deflated)]);
        expect(unzip(stream).equals(whole(read))).toBe(true);
        expect(parts[0]?.deflated).toBe(parts[0]?.deflated);
      }),
      { numRuns: 30 },
    );
  });

  it('does not say again in a later part what the part before it said, and still fits behind any other frame', () => {
    // Nothing shortens a block but its like right before it, across the border of two parts as well.
    const block = Array.from({ length: 1_000 }, (_, at) => ((at * 2_654_435_761) >>> 0).toString(36)).join(
      ' ',
    );
    const large = createFrame(2, 'x-2', JSON.stringify({ text: block.repeat(20) }));
    const [, ...later] = large.parts;
    expect(later.length).toBeGreaterThan(1);
    for (const { bytes, deflated } of later.slice(0, -1)) {
      expect(deflated.byteLength).toBeLessThan(new Part(bytes).deflated.byteLength / 4);
    }
    for (const read of [
      large.parts,
      [...createFrame(1, 'x-1', JSON.stringify({ text: block })).parts, ...large.parts],
    ]) {
      const stream = Buffer.concat([GZIP_HEADER, ...read.map((part) => part.deflated)]);
      expect(unzip(stream).equals(whole(read))).toBe(true);
    }
  });
});
