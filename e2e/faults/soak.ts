// npm run soak -- faults [--seed <number>] [--schedules <number>]
import { parseArgs } from 'node:util';
import { playSchedule } from './play-schedule.ts';
import { scheduleOf } from './schedule.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, schedules: { type: 'string', default: '2000' } },
  allowPositionals: true,
});
if (positionals.join(' ') !== 'faults') {
  process.stderr.write(
    'usage: npm run soak -- faults [--seed <number>] [--schedules <number>]\n       npm run soak -- sandbox\n',
  );
  process.exit(2);
}
process.exitCode =
  values.seed === undefined ? await playAll(Number(values.schedules)) : await replay(Number(values.seed));

async function playAll(count: number): Promise<number> {
  const startedAt = performance.now();
  const failed: number[] = [];
  for (let seed = 0; seed < count; seed++) {
    const divergences = await playSchedule(scheduleOf(seed));
    if (divergences.length > 0) {
      failed.push(seed);
      say(`seed ${seed}: ${divergences[0]}`);
    }
    if ((seed + 1) % 200 === 0) say(`${seed + 1} schedules, ${failed.length} diverged`);
  }
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  say(JSON.stringify({ schedules: count, diverged: failed.length, failed, seconds }));
  return failed.length > 0 ? 1 : 0;
}

/** Says what happens in one schedule, and how it ends. */
async function replay(seed: number): Promise<number> {
  const divergences = await playSchedule(scheduleOf(seed), say);
  for (const divergence of divergences) say(divergence);
  say(JSON.stringify({ seed, diverged: divergences.length }));
  return divergences.length > 0 ? 1 : 0;
}
