import { describe, expect, it } from 'vitest';
import type { Clock } from './clock.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A wall clock a test can move. */
class HandWound implements Clock {
  time = 0;
  alarm: (() => void) | undefined;
  now = () => this.time;
  after(_delayMs: number, task: () => void): () => void {
    this.alarm = task;
    return () => (this.alarm = undefined);
  }
  async moveTo(time: number): Promise<void> {
    this.time = time;
    this.alarm?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('virtual clock', () => {
  it('runs tasks by time, and tasks of one time in the order they were added', async () => {
    const clock = new VirtualClock(1000);
    const ran: string[] = [];
    const note = (name: string) => () => ran.push(`${name}@${clock.now()}`);
    clock.after(20, note('late'));
    clock.after(10, note('first'));
    clock.after(10, note('second'));
    await clock.advance(50);
    expect(ran).toEqual(['first@1010', 'second@1010', 'late@1020']);
    expect(clock.now()).toBe(1050);
  });

  it('runs what a task schedules within the same advance', async () => {
    const clock = new VirtualClock(0);
    const ran: number[] = [];
    const again = () => {
      ran.push(clock.now());
      clock.after(10, again);
    };
    clock.after(10, again);
    await clock.advance(35);
    expect(ran).toEqual([10, 20, 30]);
  });

  it('forgets a cancelled task', async () => {
    const clock = new VirtualClock(0);
    const ran: string[] = [];
    const cancel = clock.after(5, () => ran.push('cancelled'));
    clock.after(6, () => ran.push('kept'));
    cancel();
    await clock.advance(10);
    expect(ran).toEqual(['kept']);
  });

  it('waits for what a task set off before it runs the next', async () => {
    const clock = new VirtualClock(0);
    const ran: string[] = [];
    let pending: Promise<void> | undefined;
    clock.settleWith(() => pending);
    clock.after(1, () => {
      pending = (async () => {
        await new Promise((resolve) => setImmediate(resolve));
        ran.push('request answered');
        pending = undefined;
      })();
    });
    clock.after(2, () => ran.push('next task'));
    await clock.advance(10);
    expect(ran).toEqual(['request answered', 'next task']);
  });

  it('follows the wall clock when live, never ahead of it', async () => {
    const wall = new HandWound();
    const clock = new VirtualClock(0);
    const ran: number[] = [];
    clock.after(100, () => ran.push(clock.now()));
    clock.goLive(wall);
    await wall.moveTo(99);
    expect(ran).toEqual([]);
    expect(clock.now()).toBe(99);
    await wall.moveTo(250);
    expect(ran).toEqual([100]);
    expect(clock.now()).toBe(250);
  });

  it('replays missed hours in order after the machine has slept', async () => {
    const wall = new HandWound();
    const clock = new VirtualClock(0);
    const ran: number[] = [];
    const hourly = () => {
      ran.push(clock.now());
      clock.after(3_600_000, hourly);
    };
    clock.after(3_600_000, hourly);
    clock.goLive(wall);
    await wall.moveTo(3 * 3_600_000);
    expect(ran).toEqual([1, 2, 3].map((hour) => hour * 3_600_000));
  });

  it('refuses to be driven by hand while live', async () => {
    const clock = new VirtualClock(0);
    clock.goLive(new HandWound());
    await expect(clock.advance(1)).rejects.toThrow('live');
  });
});
