import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { Child } from './streams/child.ts';
import { median } from './streams/percentile.ts';

/**
 * What a message costs per reader, and what readers that do not read cost the others: 500 readers, 20 messages of 4.5 KB a
 * second. The floor of the same run is a bare node:http server writing one Buffer to as many.
 *
 * A stall lasts until the kernel's buffers (4 to 10 MB) are full and two heartbeats have passed: then readers are cut.
 *
 *     npm run bench -- fanout [--readers=500] [--stalled=50] [--runs=3] [--seconds=5] [--stall-seconds=150] [--stall-interval=50]
 */
const { values } = parseArgs({
  options: {
    readers: { type: 'string', default: '500' },
    stalled: { type: 'string', default: '50' },
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    'stall-interval': { type: 'string', default: '50' },
    'stall-seconds': { type: 'string', default: '150' },
  },
});
const readers = Number(values.readers);
const stalled = Number(values.stalled);
const WARM_UP_MS = 2_000;

type Sent = { cpuUs: number; messages: number; rss: number; largestQueue: number; closed: number };
type Held = { heapUsed: number };
/** The delays are null where nothing could be read: readers of gzip do not unpack it. */
type Heard = { heard: number; bytes: number; p50Ms: number; p99Ms: number };
type Measured = {
  cpuUs: number;
  p50Ms: number;
  p99Ms: number;
  rssKbPerReader: number;
  heapKbPerReader: number;
  bytesPerMessage: number;
};

const say = (line: string) => process.stdout.write(`${line}\n`);
const round = (value: number, digits = 2) => Number(value.toFixed(digits));

/** One server, its readers, and a time in which messages flow. */
async function measure(server: 'product' | 'floor', encoding: 'identity' | 'gzip'): Promise<Measured> {
  const sending = new Child('fanout-server.ts', server);
  const port = await sending.heard<number>();
  // What the list costs without any reader is not theirs.
  sending.tell('send');
  await pause(WARM_UP_MS);
  const before = await sending.ask<Sent>('report');
  const heldBefore = await sending.ask<Held>('heap');
  const reading = new Child('readers.ts', port, readers, encoding);
  await reading.heard();
  await pause(WARM_UP_MS);
  sending.tell('reset');
  reading.tell('reset');
  await pause(Number(values.seconds) * 1_000);
  const sent = await sending.ask<Sent>('report');
  const heard = await reading.ask<Heard>('report');
  const held = await sending.ask<Held>('heap');
  await Promise.all([reading.end(), sending.end()]);
  return {
    heapKbPerReader: (held.heapUsed - heldBefore.heapUsed) / 1024 / readers,
    cpuUs: sent.cpuUs / (sent.messages * readers),
    p50Ms: heard.p50Ms,
    p99Ms: heard.p99Ms,
    rssKbPerReader: (sent.rss - before.rss) / 1024 / readers,
    bytesPerMessage: heard.bytes / (sent.messages * readers),
  };
}

/** As above, with some who stop reading; then they go on, and must end where a newcomer begins. */
async function measureStalled(stalled: number) {
  const sending = new Child('fanout-server.ts', 'product', Number(values['stall-interval']));
  const reading = new Child('readers.ts', await sending.heard<number>(), readers, 'identity', stalled);
  await reading.heard();
  sending.tell('send');
  await pause(WARM_UP_MS);
  reading.tell('stall');
  await pause(WARM_UP_MS);
  sending.tell('reset');
  reading.tell('reset');
  await pause(Number(values['stall-seconds']) * 1_000);
  const sent = await sending.ask<Sent>('report');
  const heard = await reading.ask<Heard>('report');
  reading.tell('resume');
  sending.tell('stop');
  await pause(5_000);
  const after = await reading.ask<{ equal: number; cuts: number; snapshots: number }>('compare');
  await Promise.all([reading.end(), sending.end()]);
  return { ...after, p99Ms: heard.p99Ms, largestQueue: sent.largestQueue, cut: sent.closed };
}

const kinds = {
  floor: () => measure('floor', 'identity'),
  product: () => measure('product', 'identity'),
  gzip: () => measure('product', 'gzip'),
};
type Kind = keyof typeof kinds;
const results: Record<Kind, Measured[]> = { floor: [], product: [], gzip: [] };
const loadBefore = loadavg()[0] ?? NaN;
for (let run = 0; run < Number(values.runs); run++) {
  for (const kind of Object.keys(kinds) as Kind[]) {
    const one = await kinds[kind]();
    results[kind].push(one);
    say(
      `${kind.padEnd(8)} ${JSON.stringify(one, (_, value: unknown) => (typeof value === 'number' ? round(value, 1) : value))}`,
    );
  }
}
const of = (kind: Kind, name: keyof Measured, digits = 2) =>
  round(median(results[kind].map((one) => one[name])), digits);
// The same time with nobody stalled, before and after, is what the others are compared with.
const calm = [await measureStalled(0)];
const stall = await measureStalled(stalled);
calm.push(await measureStalled(0));
const calmP99Ms = calm.reduce((sum, { p99Ms }) => sum + p99Ms, 0) / calm.length;
say(
  JSON.stringify({
    bench: 'fanout',
    clients: readers,
    cpu_us_per_client_message: of('product', 'cpuUs'),
    floor_cpu_us_per_client_message: of('floor', 'cpuUs'),
    ratio_vs_floor: round(of('product', 'cpuUs') / of('floor', 'cpuUs')),
    gzip_cpu_us_per_client_message: of('gzip', 'cpuUs'),
    p50_ms: of('product', 'p50Ms'),
    p99_ms: of('product', 'p99Ms'),
    floor_p99_ms: of('floor', 'p99Ms'),
    rss_kb_per_client: of('product', 'rssKbPerReader', 0),
    floor_rss_kb_per_client: of('floor', 'rssKbPerReader', 0),
    heap_kb_per_client: of('product', 'heapKbPerReader', 1),
    floor_heap_kb_per_client: of('floor', 'heapKbPerReader', 1),
    message_bytes: of('product', 'bytesPerMessage', 0),
    gzip_message_bytes: of('gzip', 'bytesPerMessage', 0),
    stalled,
    no_stall_p99_ms: round(calmP99Ms),
    stalled_healthy_p99_ms: round(stall.p99Ms),
    stalled_p99_ratio: round(stall.p99Ms / calmP99Ms),
    stalled_largest_queue_kb: round(stall.largestQueue / 1024, 0),
    stalled_cut: stall.cut,
    stalled_resynced_by_snapshot: stall.snapshots - stalled,
    stalled_equal_after_resume: stall.equal,
    load_before: round(loadBefore, 1),
  }),
);
