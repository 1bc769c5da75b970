import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { createIfMissing } from '#lib/sandbox/scenarios/upsert.ts';
import { ensureControlPlaneBuilt, ensureKubeletBuilt } from './build.ts';
import { ODD_NAMESPACE, oddPods } from './kubelet/odd-pods.ts';
import { startNodes } from './start-nodes.ts';
import { startControlPlane } from './start.ts';

/**
 * Records what Kubernetes' own kubelet writes of pods in trouble: all statuses a pod went through, and in the end the
 * pods and their events. Takes seven minutes.
 *
 *     node e2e/control-plane/record-kubelet.ts
 */
const FOLDER = join(import.meta.dirname, '../../lib/testing/recorded/kubelet');
const RECORDED_MS = 360_000;
const PATH = `/api/v1/namespaces/${ODD_NAMESPACE}`;
/** Their whole histories are kept. */
const WATCHED = ['exits-1', 'exits-1-probed', 'exits-0', 'absent-tag', 'liveness-404', 'init-exits-1'];

type Seen = { readonly at: number; readonly pod: string; readonly status: object };

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const binaries = await ensureControlPlaneBuilt({ say });
const realKubelet = await ensureKubeletBuilt({ say });
const controlPlane = await startControlPlane(binaries);
try {
  const nodes = await startNodes(controlPlane, { seed: 'recorded', realKubelet, report: () => undefined });
  try {
    const history: Seen[] = [];
    nodes.cluster.informers.pods.subscribe(({ object }) => observe(object, history));
    for (const object of oddPods()) await createIfMissing(nodes.cluster.api, object);
    say(`recording for ${RECORDED_MS / 1000} s`);
    await delay(RECORDED_MS);
    await write(nodes.cluster, history);
  } finally {
    await nodes.stop();
  }
} finally {
  await controlPlane.stop();
}
process.exit(0); // the cluster's watches would keep trying

function observe({ metadata, status }: Pod, history: Seen[]): void {
  if (metadata.namespace !== ODD_NAMESPACE || !WATCHED.includes(metadata.name) || !status) return;
  const { phase, containerStatuses, initContainerStatuses } = status;
  const next = { phase, ...(initContainerStatuses && { initContainerStatuses }), containerStatuses };
  const last = history.findLast(({ pod }) => pod === metadata.name);
  if (last && JSON.stringify(last.status) === JSON.stringify(next)) return;
  history.push({ at: Date.now(), pod: metadata.name, status: next });
}

async function write({ api }: Cluster, history: readonly Seen[]): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  for (const kind of ['pods', 'events']) {
    const list: unknown = await api.send('GET', `${PATH}/${kind}`);
    await writeFile(join(FOLDER, `${kind}.json`), `${JSON.stringify(list, withoutManagers)}\n`);
  }
  const lines = history.map((seen) => JSON.stringify(seen, withoutManagers));
  await writeFile(join(FOLDER, 'history.jsonl'), `${lines.join('\n')}\n`);
}

/** Who wrote which field, and the token volume every pod gets, are three quarters of a pod. */
function withoutManagers(key: string, value: unknown): unknown {
  return key === 'managedFields' || key === 'volumeMounts' ? undefined : value;
}
