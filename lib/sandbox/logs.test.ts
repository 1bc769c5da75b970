import { describe, expect, it } from 'vitest';
import { ContainerLogs } from './logs.ts';
import type { Run } from './programs/program.ts';
import { VirtualClock } from './virtual-clock.ts';

const run: Run = {
  listeners: [],
  lines: [{ atMs: 100, text: 'started' }],
  recurring: [{ fromMs: 1000, everyMs: 1000, text: (turn) => `turn ${turn}` }],
  stop: { afterMs: 500, code: 0, lines: ['bye'] },
  steadyFromMs: 0,
};
const target = (containerId: string) => ({
  namespace: 'n',
  pod: 'p',
  podUid: 'u',
  container: 'c',
  containerId,
});

describe('container logs', () => {
  it('has written what its time allows, and no more after its end', async () => {
    const clock = new VirtualClock(0);
    const logs = new ContainerLogs(clock);
    logs.started('u', 'c', { containerId: 'one', run, startedAt: 0 });
    await clock.advance(2500);
    expect(logs.lines(target('one'))?.map(({ text }) => text)).toEqual(['started', 'turn 0', 'turn 1']);
    logs.marked('u', 'c', { containerId: 'one', termAt: 2500, endedAt: 3000 });
    await clock.advance(60_000);
    expect(logs.lines(target('one'))?.map(({ text }) => text)).toEqual([
      'started',
      'turn 0',
      'turn 1',
      'bye',
    ]);
  });

  it('keeps the current and the previous instance, and nothing of a pod that is gone', () => {
    const logs = new ContainerLogs(new VirtualClock(0));
    for (const containerId of ['one', 'two', 'three'])
      logs.started('u', 'c', { containerId, run, startedAt: 0 });
    expect(['one', 'two', 'three'].map((id) => logs.lines(target(id)) !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
    logs.forget('u');
    expect(logs.lines(target('three'))).toBeUndefined();
  });

  it('follows line by line until the container ends', async () => {
    const clock = new VirtualClock(0);
    const logs = new ContainerLogs(clock);
    logs.started('u', 'c', { containerId: 'one', run, startedAt: 0 });
    await clock.advance(1500);
    const seen: string[] = [];
    logs.follow(
      target('one'),
      ({ text }) => seen.push(text),
      () => seen.push('end'),
    );
    await clock.advance(2000);
    expect(seen).toEqual(['turn 1', 'turn 2']);
    logs.marked('u', 'c', { containerId: 'one', endedAt: clock.now() });
    await clock.advance(1000);
    expect(seen.at(-1)).toBe('end');
  });
});
