import { createSandbox } from './create-sandbox.ts';
import { wallClock } from './wall-clock.ts';
let t = performance.now();
const s = await createSandbox({
  seed: '1',
  scenarios: ['bad-image', 'bad-redis-args', 'oom'],
  endAt: wallClock.now(),
});
console.log(
  'backfill ms',
  performance.now() - t,
  s.server.journal.revision,
  s.server.journal.list('pods').length,
);
process.exit(0);
