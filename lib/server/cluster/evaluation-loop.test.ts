import { expect, it } from 'vitest';
import { EvaluationLoop } from './evaluation-loop.ts';

type Task = { readonly dueAt: number; readonly run: () => void };

/** A loop on a clock of its own: `step` is what one slice does, and tells whether more is left. */
function aLoop(step: (spend: Spend) => boolean, show: (spend: Spend) => void = () => undefined) {
  let now = 0;
  let worked = 0;
  const tasks: Task[] = [];
  const errors: unknown[] = [];
  const spend: Spend = (ms, { waiting = 0 } = {}) => {
    now += ms + waiting;
    worked += ms;
  };
  const loop = new EvaluationLoop({
    step: () => step(spend),
    background: () => false,
    show: () => show(spend),
    onError: (error) => errors.push(error),
    schedule: (delayMs, run) => tasks.push({ dueAt: now + delayMs, run }),
    yieldTo: (run) => tasks.push({ dueAt: now, run }),
    elapsed: () => now,
    worked: () => worked,
  });
  return {
    loop,
    errors,
    now: () => now,
    /** Up to this time nothing happens but what was scheduled. */
    passTo(at: number) {
      for (;;) {
        const next = tasks.toSorted((a, b) => a.dueAt - b.dueAt)[0];
        if (!next || next.dueAt > at) break;
        tasks.splice(tasks.indexOf(next), 1);
        now = Math.max(now, next.dueAt);
        next.run();
      }
      now = Math.max(now, at);
    },
  };
}
type Spend = (ms: number, more?: { readonly waiting?: number }) => void;

/** When a change that arrives at `at` is looked at. */
function recorded(slice: (spend: Spend) => void, show?: (spend: Spend) => void) {
  const starts: number[] = [];
  const one = aLoop((spend) => {
    starts.push(one.now());
    slice(spend);
    return false;
  }, show);
  return { ...one, starts };
}

it('the first change is looked at at once', () => {
  const one = recorded((spend) => spend(3));
  one.passTo(1_000);
  one.loop.soon();
  one.passTo(5_000);
  expect(one.starts).toEqual([1_000]);
});

it('changes soon after an evaluation are gathered', () => {
  const one = recorded((spend) => spend(3));
  one.loop.soon();
  one.passTo(5);
  one.loop.soon();
  one.loop.soon();
  one.passTo(100);
  expect(one.starts).toEqual([0, 23]);
});

it('a burst is followed at once, work without end gets a fifth of the time', () => {
  const one = recorded((spend) => {
    spend(60);
    one.loop.soon();
  });
  one.loop.soon();
  one.passTo(60_000);
  const [first = 0, second = 0] = one.starts;
  expect(second - first).toBe(80);
  expect((one.starts.length * 60) / 60_000).toBeCloseTo(0.2, 1);
});

it('a process that waited for a core did not work, and owes no rest for it', () => {
  const one = recorded((spend) => spend(3, { waiting: 700 }));
  one.loop.soon();
  one.passTo(703);
  one.loop.soon();
  one.passTo(730);
  expect(one.starts).toEqual([0, 723]);
});

it('telling many readers is no evaluation, and delays none', () => {
  const one = recorded(
    (spend) => spend(3),
    (spend) => spend(300),
  );
  one.loop.soon();
  one.passTo(303);
  one.loop.soon();
  one.passTo(400);
  expect(one.starts).toEqual([0, 323]);
});

it('no rest is longer than a second, however long the work took', () => {
  const one = recorded((spend) => spend(one.starts.length === 1 ? 30_000 : 1));
  one.loop.soon();
  one.passTo(30_000);
  one.loop.soon();
  one.passTo(40_000);
  expect(one.starts).toEqual([0, 31_000]);
});

it('what each slice found is shown before others get their turn', () => {
  const told: string[] = [];
  let left = 2;
  const one = aLoop(
    () => {
      told.push('step');
      return (left -= 1) > 0;
    },
    () => void told.push('show'),
  );
  one.loop.soon();
  one.passTo(10);
  expect(told).toEqual(['step', 'show', 'step', 'show']);
});

it('an error is told and the next change is looked at all the same', () => {
  const one = recorded(() => {
    throw new Error('broken');
  });
  one.loop.soon();
  one.passTo(100);
  one.loop.soon();
  one.passTo(200);
  expect(one.starts).toEqual([0, 100]);
  expect(one.errors).toHaveLength(2);
});
