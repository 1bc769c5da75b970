// npm run soak -- faults [--seed <number>] [--schedules <number>] [--encoding json|protobuf]
import { parseArgs } from 'node:util';
import type { WireEncoding } from '#lib/testing/watch-wire.ts';
import { playSchedule } from './play-schedule.ts';
import { scheduleOf } from './schedule.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string' },
    schedules: { type: 'string', default: '2000' },
    encoding: { type: 'string' },
  },
  allowPositionals: true,
});
const encodings = (['protobuf', 'json'] as const).filter((each) => each === (values.encoding ?? each));
if (positionals.join(' ') !== 'faults' || encodings.length === 0) {
  process.stderr.write(
    'usage: npm run soak -- faults [--seed <number>] [--schedules <number>] [--encoding json|protobuf]\n' +
      '       npm run soak -- sandbox\n',
  );
  process.exit(2);
}
process.exitCode = 0;
for (const encoding of encodings) {
  const failures =
    values.seed === undefined
      ? await playAll(Number(values.schedules), encoding)
      : await replay(Number(values.seed), encoding);
  if (failures > 0) process.exitCode = 1;
}

async function playAll(count: number, encoding: WireEncoding): Promise<number> {
  const startedAt = performance.now();
  const failed: number[] = [];
  for (let seed = 0; seed < count; seed++) {
    const divergences = await playSchedule(scheduleOf(seed), encoding);
    if (divergences.length > 0) {
      failed.push(seed);
      say(`seed ${seed} in ${encoding}: ${divergences[0]}`);
    }
    if ((seed + 1) % 200 === 0) say(`${seed + 1} schedules in ${encoding}, ${failed.length} diverged`);
  }
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  say(JSON.stringify({ encoding, schedules: count, diverged: failed.length, failed, seconds }));
  return failed.length;
}

/** Says what happens in one schedule, and how it ends. */
async function replay(seed: number, encoding: WireEncoding): Promise<number> {
  const divergences = await playSchedule(scheduleOf(seed), encoding, say);
  for (const divergence of divergences) say(divergence);
  say(JSON.stringify({ seed, encoding, diverged: divergences.length }));
  return divergences.length;
}
