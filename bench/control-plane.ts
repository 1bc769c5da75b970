import { loadavg } from 'node:os';
import { inspect, parseArgs } from 'node:util';
import { HttpsTransport } from '#lib/sandbox/https-transport.ts';
import { CannotBuildHere, ensureControlPlaneBuilt, type Binaries } from '../e2e/control-plane/build.ts';
import { startControlPlane } from '../e2e/control-plane/start.ts';
import { Changes } from './control-plane/changes.ts';
import { measureLatency, openViewers } from './control-plane/latency.ts';
import { populate } from './control-plane/populate.ts';
import { podFigures, podLine, podMeasures, type Cluster } from './ingest/pod-measures.ts';
import { cutSignal, untilCut } from './runs/cut-signal.ts';
import { type Figures, Rounds, round } from './runs/rounds.ts';

/**
 * What `ingest` and `latency` measure, against a real etcd and kube-apiserver: nothing of what is read was made by us but
 * the pods' specs and statuses, which are those of `ingest/pods.ts`. No controllers, no kubelets: nothing happens beside.
 *
 *     npm run bench -- control-plane [1000 10000] [--runs=7] [--storm=2000] [--readers=1,100] [--seconds=10]
 *
 * Sync in both encodings and the floors of the same run, each sync followed by a storm of status patches, as many as the
 * API server takes; then from a PATCH to a reader of the product's stream beside `kubectl get pods -w`, at 20 changes a
 * second and at 200. `--readers=0` leaves that out. The API server shares the machine with what is measured: ratios to the
 * floors of the same run say more than times. The programs are built by the first `npm run cluster`, which needs Go.
 */
const DEFAULT_SIZES = [1_000, 10_000];
const CALM = 20;
const BUSY = 200;
const MOST_LATENCY_RUNS = 3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '7' },
    storm: { type: 'string', default: '2000' },
    readers: { type: 'string', default: '1,100' },
    seconds: { type: 'string', default: '10' },
  },
});
const runs = Number(values.runs);
const sizes = positionals.length > 0 ? positionals.map(Number) : DEFAULT_SIZES;
const readerCounts = values.readers.split(',').map(Number).filter(Boolean);
const say = (line: string) => process.stdout.write(`${line}\n`);
const signal = cutSignal();
const closing: (() => Promise<void>)[] = [];
const close = async () => {
  for (const step of closing.splice(0).reverse()) await step();
};

type Report = Figures & { latency?: Record<string, Figures> };
const report: Record<number, Report> = {};
const startedAt = Date.now();
const load_before = round(loadavg()[0] ?? NaN, 1);
const summary = () => {
  const minutes = round((Date.now() - startedAt) / 60_000, 1);
  return JSON.stringify({ bench: 'control-plane', sizes: report, cut: signal.aborted, minutes, load_before });
};

async function measureSize(binaries: Binaries, pods: number): Promise<void> {
  const controlPlane = await startControlPlane(binaries, { controllers: false });
  closing.push(() => controlPlane.stop());
  void controlPlane.failed.then((reason) => say(reason));
  const { server, identity, accounts, transport: kubelet, kubeconfig } = controlPlane;
  const token = accounts.find(({ name }) => name === 'admin')?.token ?? '';
  const controllers = new HttpsTransport({
    server,
    ca: identity.ca,
    token,
    userAgent: 'kube-controller-manager',
  });
  closing.push(async () => controllers.close());
  say(`making ${pods} pods; two requests each`);
  const populatedAt = performance.now();
  const there = await populate({ controllers, kubelet }, pods, signal);
  say(`${pods} pods made in ${((performance.now() - populatedAt) / 1000).toFixed(0)} s`);

  const changes = new Changes(kubelet, there, signal);
  const stormChanges = Number(values.storm);
  const cluster: Cluster = {
    pods,
    target: () => kubeconfig,
    stormChanges,
    storm: async () => {
      const patchesMs = await changes.storm(stormChanges);
      return { patchesMs, patchesEndedAt: performance.timeOrigin + performance.now() };
    },
  };
  const rounds = new Rounds(podMeasures(cluster), {
    onFigures: ({ name, run, figures }) => say(`${podLine(pods, name, figures)}   ${run}/${runs}`),
    signal,
  });
  try {
    await rounds.run(runs);
  } finally {
    const { events_per_s, ...figures } = podFigures(rounds, cluster);
    report[pods] = {
      ...figures,
      events_per_s,
      patches_per_s: Math.round((stormChanges / rounds.median('protobuf', 'patchesMs')) * 1000),
    };
  }
  const broken = new Changes(
    kubelet,
    there.filter(({ isBroken }) => isBroken),
    signal,
  );
  if (readerCounts.length > 0) await measureViewers(pods, { binaries, kubeconfig, broken });
  await close();
}

type Viewed = { readonly binaries: Binaries; readonly kubeconfig: string; readonly broken: Changes };

async function measureViewers(pods: number, { binaries, kubeconfig, broken }: Viewed): Promise<void> {
  const viewers = await untilCut(openViewers(kubeconfig, binaries.kubectl), signal);
  closing.push(() => viewers.end());
  const seconds = Number(values.seconds);
  const flows = readerCounts.flatMap((readers) =>
    [CALM, BUSY].map((perSecond) => ({
      name: `${readers}_readers_${perSecond}_per_s`,
      readers,
      perSecond,
      seconds,
    })),
  );
  const measures = Object.fromEntries(
    flows.map(({ name, ...flow }) => [name, { measure: () => measureLatency(viewers, broken, flow) }]),
  );
  const rounds = new Rounds(measures, {
    onFigures: ({ name, figures }) =>
      say(
        `${String(pods).padStart(6)}  ${name.padEnd(24)} ${Object.entries(figures)
          .map(([figure, value]) => `${figure} ${round(value, 1)}`)
          .join('  ')}`,
      ),
    signal,
  });
  try {
    await rounds.run(Math.min(runs, MOST_LATENCY_RUNS));
  } finally {
    const names = [
      'p50_ms',
      'p99_ms',
      'kubectl_p50_ms',
      'kubectl_p99_ms',
      'p99_minus_kubectl_ms',
      'idle_p99_ms',
    ];
    const figures = (name: string) =>
      Object.fromEntries(names.map((figure) => [figure, round(rounds.median(name, figure), 1)]));
    const latency = Object.fromEntries(flows.map(({ name }) => [name, figures(name)]));
    report[pods] = { ...report[pods], latency } as Report;
  }
}

try {
  const binaries = await ensureControlPlaneBuilt({ say, signal });
  for (const size of sizes) {
    await measureSize(binaries, size);
    say(summary());
  }
} catch (error) {
  if (error instanceof CannotBuildHere) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  } else {
    if (!signal.aborted) process.stderr.write(`${inspect(error)}\n`);
    say(summary());
    process.exitCode = signal.aborted ? 130 : 1;
  }
} finally {
  await close();
}
process.exit();
