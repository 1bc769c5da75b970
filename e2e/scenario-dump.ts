import { asText, asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';
import { BACKFILL_MS } from '#lib/sandbox/create-sandbox.ts';
import { TEST_NOW, TestCluster } from '#lib/sandbox/test-cluster.ts';
import { offlineCluster, type OfflineCluster } from '#lib/server/offline/offline-cluster.ts';
import { kindOf } from '#lib/server/offline/read-manifests.ts';

/** Everything the product reads, as `kubectl get` would print it. */
const COLLECTIONS = [
  '/api/v1/pods',
  '/api/v1/events',
  '/api/v1/nodes',
  '/api/v1/services',
  '/api/v1/secrets',
  '/api/v1/configmaps',
  '/api/v1/serviceaccounts',
  '/api/v1/persistentvolumeclaims',
  '/api/v1/persistentvolumes',
  '/api/v1/resourcequotas',
  '/api/v1/limitranges',
  '/apis/storage.k8s.io/v1/storageclasses',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/replicasets',
  '/apis/apps/v1/statefulsets',
  '/apis/apps/v1/daemonsets',
  '/apis/apps/v1/controllerrevisions',
  '/apis/batch/v1/cronjobs',
  '/apis/batch/v1/jobs',
  '/apis/discovery.k8s.io/v1/endpointslices',
];

async function objectsOf({ sandbox }: TestCluster): Promise<readonly Wire[]> {
  const lists = await Promise.all(
    COLLECTIONS.map(async (path) => asWire((await sandbox.transport.request({ method: 'GET', path })).body)),
  );
  return lists.flatMap((list) =>
    asWires(list['items']).map((item) => ({ kind: asText(list['kind']).replace(/List$/, ''), ...item })),
  );
}

/** The log of the run that ended, else of the one that runs: what `kubectl logs` would find. */
function logsOf({ sandbox }: TestCluster, objects: readonly Wire[]): ReadonlyMap<string, string> {
  const logs = new Map<string, string>();
  for (const pod of objects.filter((object) => kindOf(object) === 'Pod')) {
    const meta = asWire(pod['metadata']);
    const status = asWire(pod['status']);
    const statuses = [...asWires(status['initContainerStatuses']), ...asWires(status['containerStatuses'])];
    for (const container of statuses) {
      const last = asWire(asWire(container['lastState'])['terminated']);
      const ended = asWire(asWire(container['state'])['terminated']);
      const containerId =
        asText(ended['containerID']) || asText(last['containerID']) || asText(container['containerID']);
      const target = {
        namespace: asText(meta['namespace']),
        pod: asText(meta['name']),
        podUid: asText(meta['uid']),
        container: asText(container['name']),
        containerId,
      };
      const lines = sandbox.simulation.logs.lines(target);
      if (!lines) continue;
      logs.set(
        `${target.namespace}/${target.pod}/${target.container}`,
        lines.map(({ text }) => text).join('\n'),
      );
    }
  }
  return logs;
}

export type ScenarioDump = {
  readonly cluster: OfflineCluster;
  readonly logs: ReadonlyMap<string, string>;
  readonly now: number;
};

/** What these scenarios leave behind, as somebody would have saved it with kubectl. */
export async function dumpOf(scenarios: readonly string[]): Promise<ScenarioDump> {
  const played = await TestCluster.start({
    contents: 'chosen',
    scenarios: [...scenarios],
    endAt: TEST_NOW,
    backfillMs: BACKFILL_MS,
  });
  const objects = await objectsOf(played);
  const cluster = offlineCluster({ objects, listedKinds: new Set(objects.map(kindOf)) });
  return { cluster, logs: logsOf(played, objects), now: TEST_NOW };
}
