import { expect, it } from 'vitest';
import { playSchedule } from './play-schedule.ts';
import { scheduleOf } from './schedule.ts';

const SCHEDULES = 200;

it(`R1: after each of ${SCHEDULES} fault schedules the cache equals LIST`, async () => {
  const failed: Record<number, readonly string[]> = {};
  for (let seed = 0; seed < SCHEDULES; seed++) {
    const divergences = await playSchedule(scheduleOf(seed), seed % 2 === 0 ? 'protobuf' : 'json');
    if (divergences.length > 0) failed[seed] = divergences;
  }
  // One of them again: npm run soak -- faults --seed <number>
  expect(failed).toEqual({});
}, 180_000);

it('equal seeds play equal schedules', () => {
  expect(scheduleOf(7)).toEqual(scheduleOf(7));
  expect(scheduleOf(7)).not.toEqual(scheduleOf(8));
});
