import type { Pod } from '#lib/sandbox/client/objects.ts';
import { objectPath } from '#lib/sandbox/client/kinds.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import { WorkQueue } from '#lib/sandbox/client/work-queue.ts';
import { targetOf } from '#lib/sandbox/client/write.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { SeriesRecorder } from '#lib/sandbox/events/series-recorder.ts';
import { placement } from './fit.ts';

const NAME = 'default-scheduler';
/** Unschedulable pods are tried again after this long even if nothing happened. */
const FLUSH_MS = 300_000;
const FIRST_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 10_000;

/** Binds pods to nodes; what does not fit is tried again whenever the cluster changes, or after 5 minutes. */
export function startScheduler(cluster: Cluster): void {
  const { pods, nodes } = cluster.informers;
  const { clock, activity, report } = cluster;
  const recorder = new SeriesRecorder({ cluster, component: NAME });
  const attempts = new Map<string, number>();
  const queue = new WorkQueue({ clock, activity, report, process: (key) => schedule(key) });

  async function schedule(key: string): Promise<void> {
    const [namespace, name] = key.split('/');
    const pod = pods.get(namespace, name ?? '');
    if (!pod || !isWaiting(pod)) {
      attempts.delete(key);
      return;
    }
    const placed = placement(pod, nodes.list(), pods.list());
    if ('node' in placed) {
      await bind(cluster, pod, placed.node);
      attempts.delete(key);
      const message = `Successfully assigned ${key} to ${placed.node}`;
      recorder.record({ object: pod, type: 'Normal', reason: 'Scheduled', action: 'Binding', message });
      return;
    }
    attempts.set(key, (attempts.get(key) ?? 0) + 1);
    const { message } = placed;
    recorder.record({
      object: pod,
      type: 'Warning',
      reason: 'FailedScheduling',
      action: 'Scheduling',
      message,
    });
    await markUnschedulable(cluster, pod, message);
    queue.addAfter(key, FLUSH_MS);
  }

  function retryWaiting(): void {
    for (const key of attempts.keys()) {
      const failures = attempts.get(key) ?? 1;
      queue.addAfter(key, Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (failures - 1)));
    }
  }

  pods.subscribe(({ object, previous, deleted }) => {
    if (deleted) retryWaiting();
    // Status changes, our own condition among them, are no reason to try again.
    else if (!previous && isWaiting(object)) queue.add(keyOf(object));
  });
  nodes.subscribe(({ object, previous }) => {
    if (object.metadata.generation !== previous?.metadata.generation || object.spec !== previous?.spec)
      retryWaiting();
  });
}

const keyOf = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${metadata.name}`;

const isWaiting = ({ spec, metadata }: Pod): boolean =>
  !spec.nodeName && !metadata.deletionTimestamp && (spec.schedulerName ?? NAME) === NAME;

async function bind({ api }: Cluster, pod: Pod, node: string): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  await api.send('POST', `${objectPath(targetOf('Pod', pod))}/binding`, {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace, uid },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  });
}

async function markUnschedulable({ api, clock }: Cluster, pod: Pod, message: string): Promise<void> {
  const conditions = pod.status?.conditions ?? [];
  const current = conditions.find(({ type }) => type === 'PodScheduled');
  if (current?.status === 'False' && current.message === message) return;
  const next = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastProbeTime: null,
    lastTransitionTime: current?.status === 'False' ? current.lastTransitionTime : seconds(clock.now()),
  };
  await api.apply({
    verb: 'merge',
    target: targetOf('Pod', pod),
    subresource: 'status',
    patch: { status: { conditions: [...conditions.filter(({ type }) => type !== 'PodScheduled'), next] } },
  });
}
