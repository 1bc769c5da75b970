import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createClusterCache } from '#lib/kube/cluster-cache.ts';
import { realClock } from '#lib/kube/clock.ts';
import { createClusterRuntime } from '#lib/server/cluster/cluster-runtime.ts';
import { connectSource } from './source.ts';

/**
 * The memory a whole cluster takes, in a process of its own: `mix.ts <what> <target>`. `cache` holds every kind the product
 * watches, `runtime` is all the product makes of them too: incidents, diagnoses, the list. In MB, with Node itself: peak is
 * the most this process had until the end; steady what the system sees some seconds after all is judged, when nobody asked V8 to
 * collect; least what is left when V8 gives back whatever it can; heap is what objects take of that.
 */
const [what = '', target = ''] = process.argv.slice(2);
process.once('disconnect', () => process.exit());
const connection = connectSource(target, 'protobuf');
const stop = new AbortController();
const ASK_EVERY_MS = 20;
const SETTLES_WITHIN_MS = 5_000;

const isReady = what === 'runtime' ? startRuntime() : startCache();

function startCache(): () => boolean {
  const cache = createClusterCache({
    connection,
    clock: realClock,
    random: Math.random,
    hashKey: randomBytes(32),
    report: () => undefined,
  });
  void cache.start(stop.signal);
  return () => cache.states().every(({ state }) => state === 'live');
}

function startRuntime(): () => boolean {
  const runtime = createClusterRuntime({
    connection,
    clock: realClock,
    namespaces: [],
    sandbox: false,
    readOnly: true,
    shutdown: stop.signal,
  });
  // With a reader, as it is when somebody looks.
  const feed = runtime.subscribe({ onNews: () => void feed.next() });
  feed.next();
  return () => runtime.view().state === 'live' && runtime.view().kinds.every(({ state }) => state === 'live');
}

const startedAt = performance.now();
while (!isReady()) await setTimeout(ASK_EVERY_MS);
const ms = performance.now() - startedAt;
// What only follows the time is made after the list is shown.
await setTimeout(SETTLES_WITHIN_MS);
const steady = process.memoryUsage.rss();
const peak = process.resourceUsage().maxRSS * 1024;
const collect = globalThis.gc as ((how: object) => void) | undefined;
collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
const { rss: least, heapUsed: heap } = process.memoryUsage();
const mb = (bytes: number) => bytes / 2 ** 20;
process.send?.({ ms, peakMb: mb(peak), steadyMb: mb(steady), leastMb: mb(least), heapMb: mb(heap) });
stop.abort();
