import { monitorEventLoopDelay } from 'node:perf_hooks';
import { refTo } from '#lib/health/owner.ts';
import { podProblems } from '#lib/health/pod-problems.ts';
import { connectCluster } from '#lib/kube/connection.ts';
import { createInformer } from '#lib/kube/informer.ts';
import { KINDS } from '#lib/kube/kinds.ts';
import { createValueHash } from '#lib/kube/to-model/value-hash.ts';
import { realClock } from '#lib/kube/clock.ts';
import { apiPath } from '#lib/kube/path.ts';
import type { KubeResponse } from '#lib/kube/response.ts';
import { asText, asWire } from '#lib/kube/to-model/wire.ts';

/**
 * One measurement in a process of its own, as cold as the product's first seconds: `measure.ts <what> <server> <count>`,
 * where the server's address says which encoding. `sync` lists as initial events of a watch, `pages` in pages. Prints one
 * line of JSON.
 */
const [what = '', server = '', count = '0'] = process.argv.slice(2);
const wanted = Number(count);

const connection = connectCluster(
  { context: 'bench', cluster: { name: 'bench', server, insecureTls: false }, user: { name: 'bench' } },
  { clock: realClock },
);
const path = apiPath`/api/v1/pods`;
/** Processor time since the measurement began: what a busy machine does not change. */
const cpu = () => {
  const { user, system } = process.cpuUsage(cpuBefore);
  return (user + system) / 1000;
};
const print = (result: object) => process.stdout.write(`${JSON.stringify(result)}\n`);
const collect = () => globalThis.gc?.();

/** All pages, no byte of them looked at but the next page's number. */
async function drain(): Promise<number> {
  let bytes = 0;
  for (let page = 0; page * 250 < wanted; page++) {
    const query = { limit: 250, continue: page === 0 ? undefined : String(page).padStart(6, '0') };
    bytes += await drained(await connection.request(path, { query }));
  }
  return bytes;
}

async function drained({ body }: KubeResponse): Promise<number> {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.byteLength;
  return bytes;
}

/** What `res.json()` does. */
async function parse(): Promise<number> {
  const parts: Uint8Array[] = [];
  for await (const chunk of (await connection.request(path)).body) parts.push(chunk);
  const list = asWire(JSON.parse(Buffer.concat(parts).toString('utf8')));
  if (asText(list['kind']) !== 'PodList') throw new Error('not a list');
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}

/** The real informer until it is live, then the list of what is unhealthy; with a storm, until it is over. */
async function sync({ storm = 0, watchList = true }) {
  const stop = new AbortController();
  const live = Promise.withResolvers<void>();
  const over = Promise.withResolvers<number>();
  let changed = -wanted;
  let firstAt = 0;
  const informer = createInformer({
    kind: KINDS.pods,
    connection,
    clock: realClock,
    random: Math.random,
    watchList,
    hash: createValueHash(Buffer.from('bench')),
    report: ({ message }) => over.reject(new Error(message)),
    onChanges: (changes) => {
      changed += changes.length;
      if (changed > 0 && firstAt === 0) firstAt = performance.now();
      if (changed >= storm) over.resolve(performance.now() - firstAt);
    },
    onState: ({ state }) => {
      if (state === 'live') live.resolve();
    },
  });
  const startedAt = performance.now();
  const ended = informer.run(stop.signal);
  await Promise.race([live.promise, over.promise]);
  await live.promise;
  const now = Date.now();
  const unhealthy = informer.lister
    .list()
    .filter((pod) => podProblems(pod, { owner: refTo(pod), now }).length > 0).length;
  const ms = performance.now() - startedAt;
  const cpuMs = cpu();
  if (informer.lister.size !== wanted) throw new Error(`${informer.lister.size} pods instead of ${wanted}`);
  const stormMs = storm > 0 ? await over.promise : 0;
  return { ms, cpuMs, stormMs, unhealthy, end: () => (stop.abort(), ended), informer };
}

collect();
const before = process.memoryUsage();
const cpuBefore = process.cpuUsage();
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const startedAt = performance.now();
if (what === 'sync' || what === 'storm' || what === 'pages') {
  const storm = what === 'storm' ? 25_000 : 0;
  const { end, informer, ...result } = await sync({ storm, watchList: what !== 'pages' });
  delay.disable();
  const peakMb = process.resourceUsage().maxRSS / 1024;
  collect();
  collect();
  const after = process.memoryUsage();
  print({
    ...result,
    maxBlockMs: delay.max / 1e6,
    heapBytesPerPod: (after.heapUsed - before.heapUsed) / wanted,
    rssMb: (after.rss - before.rss) / 2 ** 20,
    peakMb,
    size: informer.lister.size,
  });
  await end();
} else {
  const bytes = what === 'parse' ? await parse() : await drain();
  const ms = performance.now() - startedAt;
  delay.disable();
  print({ ms, cpuMs: cpu(), bytes, maxBlockMs: delay.max / 1e6 });
}
await connection.close();
