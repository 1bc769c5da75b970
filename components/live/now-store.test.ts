import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { untilAttempt } from './next-countdown.tsx';
import { createNowStore } from './now-store.ts';

describe('now store', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('starts at the time of the first HTML, so that both sides draw the same frame', () => {
    expect(createNowStore(42, () => 9_999).read()).toBe(42);
  });

  it('ticks once a second for all listeners, on the clock of the server', () => {
    let clock = 1_000;
    const store = createNowStore(0, () => clock);
    const heard: number[] = [];
    store.correct(60_000);
    store.subscribe(() => heard.push(store.read()));
    store.subscribe(() => undefined);
    clock = 2_000;
    vi.advanceTimersByTime(1_000);
    expect(heard).toEqual([62_000]);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('does not jump for what is only network delay', () => {
    const store = createNowStore(0, () => 1_000);
    store.correct(399);
    store.subscribe(() => undefined);
    expect(store.read()).toBe(1_000);
  });

  it('stops ticking with the last listener', () => {
    const store = createNowStore(0, () => 1_000);
    store.subscribe(() => undefined)();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('time until the next attempt', () => {
  const next = {
    kind: 'timed',
    what: 'restart',
    attempt: 6,
    delayMs: 160_000,
    earlyAt: 100_000,
    lateAt: 130_000,
    source: 'message',
  } as const;

  it.each([
    ['counts down to the opening of the window', 40_000, '1:00'],
    ['does not reach zero early', 99_999, '0:01'],
    ['claims no second inside the window', 100_000, 'any second'],
    ['still claims none at its end', 130_000, 'any second'],
    ['says that it is due after the window', 130_001, 'due now'],
  ])('%s', (_behaviour, now, text) => expect(untilAttempt(next, now)).toBe(text));
});
