import { createValueHash } from '#lib/kube/to-model/value-hash.ts';
import { KINDS, type KindName } from '#lib/kube/kinds.ts';
import { createStores } from '#lib/kube/stores.ts';
import { ChangeQueue } from '#lib/server/cluster/change-queue.ts';
import { ChangeRouter } from '#lib/server/cluster/change-router.ts';
import { ClusterObjects } from '#lib/server/cluster/cluster-objects.ts';
import { Histories } from '#lib/server/cluster/histories.ts';
import { IncidentEngine } from '#lib/server/cluster/incident-engine.ts';
import { Recorder } from '#lib/server/cluster/recorder.ts';
import { RunningImages } from '#lib/server/cluster/running-images.ts';
import { Triage } from '#lib/server/cluster/triage.ts';
import { createCluster } from './browser/cluster-objects.ts';

/**
 * What it costs to judge a cluster, and then one changed pod of it; the floor is judging everything again. No network,
 * no browser.
 *
 *     npm run bench -- incidents [healthy] [unhealthy] [broken Deployments]
 */
const [healthy = 45_000, unhealthy = 5_000, broken = 1_500] = process.argv.slice(2).map(Number);
const ONE_POD_RUNS = 200;
const SLICE_MS = 8;

const cluster = createCluster({ healthy, unhealthy, broken });
const now = () => Date.now();
const images = new RunningImages();
const histories = new Histories();
const queue = new ChangeQueue();
const stores = createStores((batch) => queue.add(batch));
const objects = new ClusterObjects(stores);
const router = new ChangeRouter({
  listers: stores,
  objects,
  histories,
  images,
  now,
  onRestarts: () => undefined,
});
const triage = new Triage({
  listers: stores,
  objects,
  histories,
  images,
  recorder: new Recorder(now()),
  logTails: { get: () => undefined, want: () => undefined },
  references: {
    get: () => ({ secrets: new Map(), configMaps: new Map(), serviceAccount: { state: 'unchecked' } }),
    limitsIn: () => ({}),
    want: () => undefined,
    wantClaims: () => undefined,
    wantLimits: () => undefined,
  },
  engine: new IncidentEngine({ cluster: 'bench', listers: stores, objects }),
  shared: { see: () => undefined },
  readOnly: false,
  actionsOn: () => [],
});

const context = { hash: createValueHash(new Uint8Array(32)), odd: () => undefined };
const model = (kind: string, index: number, version: number) =>
  KINDS[kind as KindName].toModel(cluster.kinds[kind]?.make(index, version) ?? {}, context) as never;

/** Time this thread was given (ms): on a busy machine the clock on the wall tells more of the others. */
function cpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Runs `work` in slices; the longest of them is how long another answer may have to wait. */
function sliced(work: (isOver: () => boolean) => boolean) {
  const startedAt = cpu();
  let longest = 0;
  for (let isLeft = true; isLeft;) {
    const sliceAt = cpu();
    isLeft = work(() => cpu() - sliceAt >= SLICE_MS);
    longest = Math.max(longest, cpu() - sliceAt);
  }
  return { ms: round(cpu() - startedAt), longestMs: round(longest) };
}
const round = (value: number) => Number(value.toFixed(2));

const judge = (isOver: () => boolean) => {
  triage.refresh(now(), isOver);
  return triage.isDirty;
};
const record = (isOver: () => boolean) => {
  queue.drain((batch) => triage.markDirty(router.route(batch)), isOver);
  return !queue.isEmpty;
};

for (const [kind, { count }] of Object.entries(cluster.kinds)) {
  const list = Array.from({ length: count }, (_, index) => model(kind, index, 1));
  stores[kind as KindName].replace(list);
}
const recorded = sliced(record);
const first = sliced(judge);
// The time of a thread is counted in steps longer than one pod takes, so all runs are summed.
let oneMs = 0;
for (let run = 0; run < ONE_POD_RUNS; run++) {
  const pod = (run * 7_919) % unhealthy;
  cluster.restart(pod);
  stores.pods.upsert(model('pods', pod, run + 2));
  const startedAt = cpu();
  sliced(record);
  sliced(judge);
  triage.rows();
  oneMs += (cpu() - startedAt) / ONE_POD_RUNS;
}
triage.markUnsettled(now());
const tick = sliced(judge);
const aging = sliced((isOver) => {
  triage.age(now(), isOver);
  return triage.isAging;
});
const everybody = triage.ownersIn(() => true);
triage.markDirty(everybody);
const everything = sliced(judge);

const report = {
  bench: 'incidents',
  pods: healthy + unhealthy,
  incidents: triage.rows().length,
  row_bytes: Math.round(JSON.stringify(triage.rows()).length / triage.rows().length),
  recorded,
  first,
  one_pod_ms: round(oneMs),
  tick,
  aging,
  everything,
  ratio_one_pod_vs_everything: Number((oneMs / everything.ms).toFixed(5)),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
