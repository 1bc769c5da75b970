import { describe, expect, it } from 'vitest';
import { createLineSplitter, logLine } from './log-line.ts';
import { EMPTY_LOG, reduceLog } from './use-log.ts';

describe('log lines', () => {
  it('takes the time the kubelet wrote before the line', () => {
    expect(logLine('2026-11-21T03:11:20.123456789Z hello', 4)).toEqual({
      number: 4,
      at: Date.UTC(2026, 10, 21, 3, 11, 20, 123),
      text: 'hello',
    });
  });

  it.each(['2026-11-21 03:11:20 no RFC 3339', '2026-99-99T03:11:20Z x', ''])('leaves %j as it is', (raw) =>
    expect(logLine(raw, 1)).toEqual({ number: 1, text: raw }),
  );

  it('waits for the end of a line cut by the network', () => {
    const splitter = createLineSplitter();
    expect([
      splitter.push('one\ntw'),
      splitter.push('o\r\n'),
      splitter.push('three'),
      splitter.end(),
    ]).toEqual([['one'], ['two'], [], ['three']]);
  });
});

describe('log on the screen', () => {
  it('keeps the newest 5000 lines and their numbers', () => {
    const many = Array.from({ length: 5_003 }, (_, index) => `line ${index + 1}`);
    const state = reduceLog(reduceLog(EMPTY_LOG, { type: 'lines', lines: many }), {
      type: 'lines',
      lines: ['last'],
    });
    expect(state.lines).toHaveLength(5_000);
    expect(state.dropped).toBe(4);
    expect(state.lines.at(-1)).toEqual({ number: 5_004, text: 'last' });
  });
});
