import { SERVER_FLAGS } from '../../scripts/run/processes.mjs';
import { Child } from '../streams/child.ts';
import { type Figures, type Measure, type Rounds, round } from '../runs/rounds.ts';
import type { Encoding } from './pods.ts';

/** No string of V8's is long enough for the JSON of more pods than these. */
const PODS_PER_BODY = 50_000;
/** The floors are plain Node's, one of which holds whole objects of the largest clusters; the product is measured as it is started. */
const FLOOR = { path: '../ingest/measure.ts', flags: ['--max-old-space-size=8192'] };
const PRODUCT = { path: '../ingest/measure.ts', flags: SERVER_FLAGS };

export type Cluster = {
  readonly pods: number;
  /** The load generator's address for so many pods, or the path of a kubeconfig, whatever is asked for. */
  readonly target: (pods: number) => string;
  readonly stormChanges: number;
  /** Begins so many changes of pods. Resolves with what there is to say of them; the changes may arrive before or after. */
  readonly storm: (encoding: Encoding) => Promise<Figures>;
};

export type PodMeasure = 'drainProtobuf' | 'drainJson' | 'parse' | 'protobuf' | 'json' | 'idle';

/** Our sync in both encodings, each followed by a storm, and the floors. Each measurement is a process of its own. */
export function podMeasures(cluster: Cluster, mostParses?: number): Readonly<Record<PodMeasure, Measure>> {
  const { pods, target } = cluster;
  const bodies = Array.from({ length: Math.ceil(pods / PODS_PER_BODY) }, (_, n) =>
    target(Math.min(PODS_PER_BODY, pods - n * PODS_PER_BODY)),
  );
  const of = (what: string, encoding: Encoding, ...targets: readonly string[]): Measure => ({
    measure: () => heardFrom(new Child(FLOOR, what, encoding, pods, 0, ...targets)),
  });
  return {
    drainProtobuf: of('drain', 'protobuf', target(pods)),
    drainJson: of('drain', 'json', target(pods)),
    parse: { ...of('parse', 'json', ...bodies), mostRuns: mostParses },
    protobuf: { measure: () => syncAndStorm(cluster, 'protobuf') },
    json: { measure: () => syncAndStorm(cluster, 'json') },
    idle: of('idle', 'json', target(pods)),
  };
}

/** The one message of a process, which ends then. */
export async function heardFrom(child: Child): Promise<Figures> {
  try {
    return await child.heard<Figures>();
  } finally {
    await child.end();
  }
}

async function syncAndStorm(
  { pods, target, stormChanges, storm }: Cluster,
  encoding: Encoding,
): Promise<Figures> {
  const child = new Child(PRODUCT, 'sync', encoding, pods, stormChanges, target(pods));
  try {
    const synced = await child.heard<Figures>();
    await child.ask('storm');
    const over = child.heard<Figures>();
    const [made, seen] = await Promise.all([storm(encoding), over]);
    return { ...synced, ...made, ...seen };
  } finally {
    await child.end();
  }
}

/** One line for people, as soon as it is known. */
export function podLine(pods: number, name: string, figures: Figures): string {
  const figure = (name: string, digits = 0) => (figures[name] ?? NaN).toFixed(digits).padStart(6);
  const storm =
    figures['stormMs'] === undefined
      ? ''
      : `  storm ${figure('stormMs')} ms  block ${(figures['stormBlockMs'] ?? NaN).toFixed(0)} ms`;
  return (
    `${String(pods).padStart(6)}  ${name.padEnd(14)} ${figure('ms')} ms  cpu ${figure('cpuMs')} ms` +
    `  block ${(figures['maxBlockMs'] ?? NaN).toFixed(0).padStart(4)} ms${storm}`
  );
}

/** The medians of a size, and their ratios. */
export function podFigures(rounds: Rounds<PodMeasure>, { pods, stormChanges }: Cluster) {
  const of = (name: PodMeasure, figure: string) => rounds.median(name, figure);
  const ratio = (name: PodMeasure, floor: PodMeasure, figure = 'ms') =>
    round(of(name, figure) / of(floor, figure));
  return {
    ratio_protobuf_vs_parse: ratio('protobuf', 'parse'),
    ratio_json_vs_parse: ratio('json', 'parse'),
    ratio_vs_drain: ratio('protobuf', 'drainProtobuf'),
    ratio_json_vs_drain: ratio('json', 'drainJson'),
    cpu_ratio_protobuf_vs_parse: ratio('protobuf', 'parse', 'cpuMs'),
    cpu_ratio_json_vs_parse: ratio('json', 'parse', 'cpuMs'),
    protobuf_ms: round(of('protobuf', 'ms'), 0),
    json_ms: round(of('json', 'ms'), 0),
    parse_ms: round(of('parse', 'ms'), 0),
    heap_bytes_per_pod: Math.round(of('protobuf', 'heapBytesPerPod')),
    rss_mb_above_empty: Math.round(of('protobuf', 'rssMb')),
    peak_rss_mb: Math.round(of('protobuf', 'peakMb')),
    max_block_ms: round(of('protobuf', 'maxBlockMs'), 1),
    max_block_ms_storm: round(of('protobuf', 'stormBlockMs'), 1),
    max_block_ms_idle: round(of('idle', 'maxBlockMs'), 1),
    max_block_ms_json: round(of('json', 'maxBlockMs'), 1),
    events_per_s: Math.round((stormChanges / of('protobuf', 'stormMs')) * 1000),
    events_per_s_json: Math.round((stormChanges / of('json', 'stormMs')) * 1000),
    storm_cpu_us_per_event: round((of('protobuf', 'stormCpuMs') * 1000) / stormChanges, 1),
    protobuf_bytes_per_pod: Math.round(of('drainProtobuf', 'bytes') / pods),
    json_bytes_per_pod: Math.round(of('drainJson', 'bytes') / pods),
    runs: rounds.runs,
  };
}
