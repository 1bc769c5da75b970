import { fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { SERVER_FLAGS } from '../scripts/run/processes.mjs';
import { heardFrom, podFigures, podLine, podMeasures, type Cluster } from './ingest/pod-measures.ts';
import { cutSignal } from './runs/cut-signal.ts';
import { type Figures, Rounds, round } from './runs/rounds.ts';
import { Child } from './streams/child.ts';

/**
 * How fast a cluster's pods become the list of unhealthy ones, by protobuf and by JSON, against the floors of the same
 * run: draining the same bytes, and JSON.parse of the whole body. Every measurement is a process of its own.
 *
 *     npm run bench -- ingest [1000 10000 50000 150000] [--runs=7] [--node-flags="--max-semi-space-size=16"]
 *
 * The figures are medians of the runs. `idle` is the control: a process that does nothing, whose longest block is the
 * machine's. What is assumed of pods stands in `ingest/pods.ts`. From 50,000 pods on also the memory of a whole cluster:
 * with 20,000 events and 20,000 workloads (`mix_...`; `ingest/mix.ts`). 150,000 only when asked for.
 *
 * Each measurement is told as it ends, and after each size the JSON of those so far; a run that is cut ends with what it has.
 */
const DEFAULT_SIZES = [1_000, 10_000, 50_000];
const STORM = 25_000;
const MIX_FROM = 50_000;
/** Memory hardly varies, and the largest floor takes half of all time. */
const MOST_MIX_RUNS = 3;
const MANY_PODS = 100_000;
const MOST_PARSES_OF_MANY = 3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '7' },
    // Those the product is started with, or to see what another setting of V8 would do to the memory of a whole cluster.
    'node-flags': { type: 'string', default: SERVER_FLAGS.join(' ') },
  },
});
const flags = values['node-flags'].split(' ').filter(Boolean);
const runs = Number(values.runs);
const sizes = positionals.length > 0 ? positionals.map(Number) : DEFAULT_SIZES;
const say = (line: string) => process.stdout.write(`${line}\n`);
const signal = cutSignal();
const server = fork(join(import.meta.dirname, 'ingest', 'load-server.ts'));
const [port] = (await once(server, 'message')) as [number];
const address = `http://127.0.0.1:${port}`;

const report: Record<number, Figures> = {};
const startedAt = Date.now();
const load_before = round(loadavg()[0] ?? NaN, 1);
const summary = () => {
  const minutes = round((Date.now() - startedAt) / 60_000, 1);
  return JSON.stringify({ bench: 'ingest', sizes: report, cut: signal.aborted, minutes, load_before });
};

async function measurePods(pods: number): Promise<void> {
  const cluster: Cluster = {
    pods,
    target: (count) => `${address}/${count}`,
    stormChanges: STORM,
    storm: async () => {
      await fetch(`${address}/storm?changes=${STORM}`, { method: 'POST' });
      return {};
    },
  };
  const measures = podMeasures(cluster, pods >= MANY_PODS ? MOST_PARSES_OF_MANY : undefined);
  const onFigures = ({ name, run, figures }: { name: string; run: number; figures: Figures }) =>
    say(`${podLine(pods, name, figures)}   ${run}/${runs}`);
  const rounds = new Rounds(measures, { onFigures, signal });
  try {
    await rounds.run(runs);
  } finally {
    report[pods] = podFigures(rounds, cluster);
  }
}

/** The memory of a cluster with all that stands beside its pods, against the same process on an empty one. */
async function measureMix(pods: number): Promise<void> {
  const of = (what: string, count: number) => ({
    measure: () => heardFrom(new Child({ path: '../ingest/mix.ts', flags }, what, `${address}/${count}`)),
  });
  const measures = {
    // Each after what it is compared with: so a run that is cut has figures too.
    emptyRuntime: of('runtime', 0),
    runtime: of('runtime', pods),
    emptyCache: of('cache', 0),
    cache: of('cache', pods),
  };
  const onFigures = ({ name, run, figures }: { name: string; run: number; figures: Figures }) =>
    say(
      `${String(pods).padStart(6)}  mix ${name.padEnd(12)} steady ${figures['steadyMb']?.toFixed(0)} MB  ` +
        `peak ${figures['peakMb']?.toFixed(0)} MB  least ${figures['leastMb']?.toFixed(0)} MB  heap ${figures['heapMb']?.toFixed(0)} MB  ${figures['ms']?.toFixed(0)} ms   ${run}`,
    );
  const rounds = new Rounds(measures, { onFigures, signal });
  const above = (figure: string) =>
    Math.round(rounds.median('runtime', figure) - rounds.median('emptyRuntime', figure));
  const aboveOfCache = (figure: string) =>
    Math.round(rounds.median('cache', figure) - rounds.median('emptyCache', figure));
  try {
    await rounds.run(Math.min(runs, MOST_MIX_RUNS));
  } finally {
    report[pods] = {
      ...report[pods],
      mix_rss_mb: Math.round(rounds.median('runtime', 'steadyMb')),
      mix_rss_mb_above_empty: above('steadyMb'),
      mix_least_rss_mb_above_empty: above('leastMb'),
      mix_heap_mb_above_empty: above('heapMb'),
      peak_vs_steady: round(rounds.median('runtime', 'peakMb') / rounds.median('runtime', 'steadyMb')),
      mix_cache_rss_mb_above_empty: aboveOfCache('steadyMb'),
      mix_cache_least_rss_mb_above_empty: aboveOfCache('leastMb'),
      mix_cache_heap_mb_above_empty: aboveOfCache('heapMb'),
      mix_runs: rounds.runs,
    };
  }
}

try {
  for (const size of sizes) {
    await measurePods(size);
    if (size >= MIX_FROM) await measureMix(size);
    say(summary());
  }
} catch (error) {
  if (!signal.aborted) process.stderr.write(`${inspect(error)}\n`);
  say(summary());
  process.exitCode = signal.aborted ? 130 : 1;
}
// The measuring processes end with us, also the one that a cut left at work.
process.exit();
