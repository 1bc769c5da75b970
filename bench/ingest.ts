import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { SERVER_FLAGS } from '../scripts/run/processes.mjs';

/**
 * How fast a cluster's pods become the list of unhealthy ones, by protobuf and by JSON, against the floors of the same
 * run: draining the same bytes, and JSON.parse of the whole body. Every measurement is a process of its own.
 *
 *     npm run bench -- ingest [1000 10000 50000 150000] [--runs=7]
 *
 * The medians of the runs (three of the larger sizes). `idle` is the control: a process that does nothing, whose longest
 * block is the machine's. What is assumed of pods stands in `ingest/pods.ts`. 150,000 only when asked for.
 */
const FOLDER = join(import.meta.dirname, 'ingest');
const DEFAULT_SIZES = [1_000, 10_000, 50_000];
const RUNS = 7;
const RUNS_OF_LARGE = 3;
const LARGE = 50_000;
const STORM = 25_000;

type Result = Readonly<Record<string, number>>;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { runs: { type: 'string' } } });
const sizes = positionals.map(Number).filter(Boolean);
const runsOf = (size: number) => Number(values.runs) || (size >= LARGE ? RUNS_OF_LARGE : RUNS);
const server = fork(join(FOLDER, 'load-server.ts'));
const [port] = (await once(server, 'message')) as [number];

async function measure(what: string, source: string, size: number): Promise<Result> {
  const address = `http://127.0.0.1:${port}/${source}/${size}`;
  const args = [
    // The floors are plain Node's, the product is measured as it is started.
    ...(what === 'sync' || what === 'storm' ? SERVER_FLAGS : []),
    '--expose-gc',
    '--max-old-space-size=8192',
    join(FOLDER, 'measure.ts'),
    what,
    address,
    String(size),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Result;
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const round = (value: number, digits = 2) => Number(value.toFixed(digits));

function median(results: readonly Result[], name: string): number {
  const values = results.map((result) => result[name] ?? NaN).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? NaN;
}

/** Measured in turn, not one after the other, so that a busy moment of the machine hits all alike. */
async function measureSize(size: number) {
  const kinds = {
    drainProtobuf: () => measure('drain', 'protobuf', size),
    drainJson: () => measure('drain', 'json', size),
    parse: () => measure('parse', 'json', size),
    protobuf: () => measure('sync', 'protobuf', size),
    json: () => measure('sync', 'json', size),
    storm: () => measure('storm', 'protobuf-storm', size),
    stormJson: () => measure('storm', 'json-storm', size),
    idle: () => measure('idle', 'json', size),
  };
  const results = new Map<string, Result[]>(Object.keys(kinds).map((name) => [name, []]));
  for (let run = 0; run < runsOf(size); run++) {
    for (const [name, one] of Object.entries(kinds)) results.get(name)?.push(await one());
  }
  const of = (name: keyof typeof kinds, value: string) => median(results.get(name) ?? [], value);
  for (const name of Object.keys(kinds) as (keyof typeof kinds)[]) {
    const ms = of(name, 'ms');
    say(
      `${String(size).padStart(6)}  ${name.padEnd(14)} ${ms.toFixed(0).padStart(6)} ms` +
        `  ${((ms * 1000) / size).toFixed(1).padStart(6)} us/pod  cpu ${of(name, 'cpuMs').toFixed(0).padStart(6)} ms  block ${of(name, 'maxBlockMs').toFixed(0)} ms`,
    );
  }
  return {
    ratio_protobuf_vs_parse: round(of('protobuf', 'ms') / of('parse', 'ms')),
    ratio_json_vs_parse: round(of('json', 'ms') / of('parse', 'ms')),
    ratio_vs_drain: round(of('protobuf', 'ms') / of('drainProtobuf', 'ms')),
    ratio_json_vs_drain: round(of('json', 'ms') / of('drainJson', 'ms')),
    cpu_ratio_protobuf_vs_parse: round(of('protobuf', 'cpuMs') / of('parse', 'cpuMs')),
    cpu_ratio_json_vs_parse: round(of('json', 'cpuMs') / of('parse', 'cpuMs')),
    heap_bytes_per_pod: Math.round(of('protobuf', 'heapBytesPerPod')),
    rss_mb_above_empty: Math.round(of('protobuf', 'rssMb')),
    peak_rss_mb: Math.round(of('protobuf', 'peakMb')),
    max_block_ms: round(of('protobuf', 'maxBlockMs'), 1),
    max_block_ms_storm: round(of('storm', 'maxBlockMs'), 1),
    max_block_ms_idle: round(of('idle', 'maxBlockMs'), 1),
    max_block_ms_json: round(of('json', 'maxBlockMs'), 1),
    events_per_s: Math.round((STORM / of('storm', 'stormMs')) * 1000),
    events_per_s_json: Math.round((STORM / of('stormJson', 'stormMs')) * 1000),
    protobuf_bytes_per_pod: Math.round(of('drainProtobuf', 'bytes') / size),
    json_bytes_per_pod: Math.round(of('drainJson', 'bytes') / size),
  };
}

try {
  const report: Record<string, unknown> = {};
  for (const size of sizes.length > 0 ? sizes : DEFAULT_SIZES) report[size] = await measureSize(size);
  say(JSON.stringify({ bench: 'ingest', sizes: report }));
} finally {
  server.disconnect();
}
