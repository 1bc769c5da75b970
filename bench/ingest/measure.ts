import { monitorEventLoopDelay } from 'node:perf_hooks';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Encoding } from './pods.ts';
import { connectSource, drainInitialEvents, parseWholeBody } from './source.ts';
import { SyncedPods } from './synced-pods.ts';

/**
 * One measurement in a process of its own, as cold as the product's first seconds:
 * `measure.ts <what> <encoding> <count> <storm> <target>...`. Sends its figures to the process that started it. `sync` lists as
 * initial events of a watch, `pages` in pages; with a storm they wait for a word, and then send the figures of so many changes.
 */
const [what = '', asked = '', count = '0', stormCount = '0', ...targets] = process.argv.slice(2);
const encoding: Encoding = asked === 'json' ? 'json' : 'protobuf';
const [target = ''] = targets;
const tell = (figures: object) => process.send?.(figures);
const collect = () => {
  globalThis.gc?.();
  globalThis.gc?.();
};

process.once('disconnect', () => process.exit());
collect();
const before = process.memoryUsage();
const delay = monitorEventLoopDelay({ resolution: 1 });

/** Processor time since `from`: what a busy machine changes less. */
function cpuMs(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

/** `work`, which answers bytes, with its time and what it did to the loop. */
async function timed(work: () => Promise<number>): Promise<object> {
  const cpu = process.cpuUsage();
  delay.enable();
  const startedAt = performance.now();
  const bytes = await work();
  const ms = performance.now() - startedAt;
  await setTimeout(5); // a block is only seen by the timer that comes after it
  delay.disable();
  return { ms, cpuMs: cpuMs(cpu), bytes, maxBlockMs: delay.max / 1e6 };
}

/** Nothing, for as long as a small sync takes: what the machine itself does to a loop. */
async function rest(): Promise<number> {
  await setTimeout(500);
  return 0;
}

async function drain(): Promise<number> {
  const connection = connectSource(target, encoding);
  const bytes = await drainInitialEvents(connection, encoding);
  void connection.close();
  return bytes;
}

async function sync(watchList: boolean): Promise<void> {
  const connection = connectSource(target, encoding);
  const pods = new SyncedPods({ connection, watchList });
  const synced = await timed(async () => {
    await pods.live;
    return 0;
  });
  if (pods.size !== Number(count)) throw new Error(`${pods.size} pods instead of ${count}`);
  const peakMb = process.resourceUsage().maxRSS / 1024;
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  tell({
    ...synced,
    unhealthy: pods.unhealthy,
    heapBytesPerPod: (heapUsed - before.heapUsed) / Number(count),
    rssMb: (rss - before.rss) / 2 ** 20,
    peakMb,
  });
  if (Number(stormCount) > 0) await storm(pods);
  await pods.stop();
  await connection.close();
}

async function storm(pods: SyncedPods): Promise<void> {
  await once(process, 'message');
  const cpu = process.cpuUsage();
  delay.reset();
  delay.enable();
  const over = pods.changed(Number(stormCount));
  tell({});
  const { ms, lastAt } = await over;
  const stormCpuMs = cpuMs(cpu);
  await setTimeout(5);
  delay.disable();
  tell({ stormMs: ms, stormEndedAt: lastAt, stormCpuMs, stormBlockMs: delay.max / 1e6 });
}

if (what === 'sync' || what === 'pages') await sync(what === 'sync');
else if (what === 'parse') tell(await timed(() => parseWholeBody(targets)));
else tell(await timed(what === 'drain' ? drain : rest));
