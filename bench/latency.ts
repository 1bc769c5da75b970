import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { Child } from './streams/child.ts';
import { delays, type Seen, type Sent } from './streams/delays.ts';
import { idleDelays } from './streams/idle-delays.ts';
import { openWatch } from './streams/kubectl-watch.ts';
import { median, percentile } from './streams/percentile.ts';
import { startProductAt } from './streams/product.ts';

/**
 * From an event of the API server to a reader of the product's event stream, beside `kubectl get pods -w` on the same server
 * in the same moments. 1,000 pods, 50 in a crash loop, some 20 restarts a second at random times.
 *
 *     npm run bench -- latency [1 100 500] [--runs=3] [--seconds=10]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '3' }, seconds: { type: 'string', default: '10' } },
});
const counts = positionals.length > 0 ? positionals.map(Number) : [1, 100, 500];
const PODS = 1_000;
const BROKEN = 50;
const SPACING_MS = 50;

const say = (line: string) => process.stdout.write(`${line}\n`);
const round = (value: number, digits = 1) => Number(value.toFixed(digits));

/** At random times, so that changes fall anywhere between two windows of the product. */
async function makeChanges(cluster: Child, forMs: number): Promise<void> {
  for (const end = performance.now() + forMs; performance.now() < end;) {
    cluster.tell('change');
    await pause(Math.random() * 2 * SPACING_MS);
  }
  await pause(500);
}

const cluster = new Child('api-server.ts', PODS, BROKEN);
const apiServer = `http://127.0.0.1:${await cluster.heard<number>()}`;
const product = await startProductAt(apiServer);
const watch = await openWatch({ kubeconfig: product.kubeconfig, apiServer });
// The first lists are read and judged by then.
await pause(5_000);

async function measure(readers: number) {
  const reading = new Child('readers.ts', product.port, readers);
  await reading.heard();
  await makeChanges(cluster, 1_500);
  reading.tell('reset');
  watch.seen.length = 0;
  const before = Object.keys(await cluster.ask<Sent>('report')).length;
  const forMs = Number(values.seconds) * 1_000;
  const [late] = await Promise.all([idleDelays(forMs), makeChanges(cluster, forMs)]);
  const sent = await cluster.ask<Sent>('report');
  const ours = delays(sent, await reading.ask<Seen>('restarts'));
  const theirs = delays(sent, watch.seen);
  await reading.end();
  const changes = Object.keys(sent).length - before;
  say(
    `${String(readers).padStart(4)} readers  p50 ${round(ours.p50)}  p99 ${round(ours.p99)} ms   ${watch.name} p50 ${round(theirs.p50)}  p99 ${round(theirs.p99)} ms   ` +
      `idle p99 ${round(percentile(late, 0.99))} ms   ${changes} changes, seen ${round(ours.heard / readers)} and ${theirs.heard}`,
  );
  return { ours, theirs, idleP99: percentile(late, 0.99) };
}

const results = new Map<number, Awaited<ReturnType<typeof measure>>[]>(counts.map((count) => [count, []]));
const loadBefore = loadavg()[0] ?? NaN;
try {
  for (let run = 0; run < Number(values.runs); run++) {
    for (const count of counts) results.get(count)?.push(await measure(count));
  }
} finally {
  await watch.end();
  await product.end();
  await cluster.end();
}

const figures = (count: number) => {
  const of = (pick: (one: Awaited<ReturnType<typeof measure>>) => number) =>
    round(median((results.get(count) ?? []).map(pick)));
  return {
    p50_ms: of(({ ours }) => ours.p50),
    p99_ms: of(({ ours }) => ours.p99),
    kubectl_p50_ms: of(({ theirs }) => theirs.p50),
    kubectl_p99_ms: of(({ theirs }) => theirs.p99),
    p99_minus_kubectl_ms: of(({ ours, theirs }) => ours.p99 - theirs.p99),
    idle_p99_ms: of(({ idleP99 }) => idleP99),
  };
};
const [first = 1] = counts;
say(
  JSON.stringify({
    bench: 'latency',
    reference: watch.name,
    clients: first,
    ...figures(first),
    by_clients: Object.fromEntries(counts.map((count) => [count, figures(count)])),
    load_before: round(loadBefore),
  }),
);
