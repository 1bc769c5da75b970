import type { Cluster } from '#lib/sandbox/cluster.ts';
import { addAdopters, addOwner, controllerQueue, keyOf } from './controller-queue.ts';
import { reconcileCronJob } from './cron-job/reconcile.ts';
import type { FailedPods } from './daemon-set/failed-pods.ts';
import { reconcileDaemonSet } from './daemon-set/reconcile.ts';
import { isTracked, releasePod } from './job/job-pod.ts';
import { reconcileJob } from './job/reconcile.ts';
import { reconcileStatefulSet } from './stateful-set/reconcile.ts';

/** Starts the controllers of StatefulSets, DaemonSets, Jobs and CronJobs. */
export function startWorkloads(cluster: Cluster): void {
  startStatefulSets(cluster);
  startDaemonSets(cluster);
  startJobs(cluster);
  startOrphanRelease(cluster);
  startCronJobs(cluster);
}

function startStatefulSets(cluster: Cluster): void {
  const { statefulSets, pods, controllerRevisions, claims } = cluster.informers;
  const queue = controllerQueue(cluster, 'statefulset-controller', ([namespace, name]) => {
    const statefulSet = statefulSets.get(namespace, name);
    return statefulSet
      ? reconcileStatefulSet({
          statefulSet,
          pods: pods.list(namespace),
          revisions: controllerRevisions.list(namespace),
          claims: claims.list(namespace),
          now: cluster.clock.now(),
        })
      : undefined;
  });
  statefulSets.subscribe(({ object }) => queue.add(keyOf(object)));
  pods.subscribe((change) => {
    addOwner(queue, 'StatefulSet', change);
    addAdopters(queue, { list: (namespace) => statefulSets.list(namespace) }, change);
  });
  controllerRevisions.subscribe((change) => addOwner(queue, 'StatefulSet', change));
}

function startDaemonSets(cluster: Cluster): void {
  const { daemonSets, nodes, pods, controllerRevisions } = cluster.informers;
  const failures = new Map<string, FailedPods>();
  const queue = controllerQueue(cluster, 'daemonset-controller', ([namespace, name]) => {
    const daemonSet = daemonSets.get(namespace, name);
    if (!daemonSet) return undefined;
    const { uid } = daemonSet.metadata;
    const pass = reconcileDaemonSet({
      daemonSet,
      nodes: nodes.list(),
      pods: pods.list(namespace),
      revisions: controllerRevisions.list(namespace),
      now: cluster.clock.now(),
      failures: failures.get(uid),
    });
    failures.set(uid, pass.failures);
    return pass;
  });
  daemonSets.subscribe(({ object, deleted }) => {
    if (deleted) failures.delete(object.metadata.uid);
    else queue.add(keyOf(object));
  });
  pods.subscribe((change) => {
    addOwner(queue, 'DaemonSet', change);
    addAdopters(queue, { list: (namespace) => daemonSets.list(namespace) }, change);
  });
  controllerRevisions.subscribe((change) => addOwner(queue, 'DaemonSet', change));
  nodes.subscribe(({ object, previous, deleted }) => {
    const isSame =
      !deleted && object.spec === previous?.spec && object.metadata.labels === previous.metadata.labels;
    if (!isSame) for (const daemonSet of daemonSets.list()) queue.add(keyOf(daemonSet));
  });
}

function startJobs(cluster: Cluster): void {
  const { jobs, pods } = cluster.informers;
  const queue = controllerQueue(cluster, 'job-controller', ([namespace, name]) => {
    const job = jobs.get(namespace, name);
    return job ? reconcileJob({ job, pods: pods.list(namespace), now: cluster.clock.now() }) : undefined;
  });
  jobs.subscribe(({ object }) => queue.add(keyOf(object)));
  pods.subscribe((change) => {
    addOwner(queue, 'Job', change);
    addAdopters(queue, { list: (namespace) => jobs.list(namespace) }, change);
  });
}

/** Pods whose Job is gone would wait for ever to be counted (job_controller.go, syncOrphanPod). */
function startOrphanRelease(cluster: Cluster): void {
  const { jobs, pods } = cluster.informers;
  const queue = controllerQueue(cluster, 'job-controller', ([namespace, name]) => {
    const pod = pods.get(namespace, name);
    if (!pod || !isTracked(pod)) return undefined;
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
    const job = owner?.kind === 'Job' ? jobs.get(namespace, owner.name) : undefined;
    return job && job.metadata.uid === owner?.uid ? undefined : { writes: [releasePod(pod)] };
  });
  pods.subscribe(({ object, deleted }) => {
    if (!deleted && isTracked(object) && !object.metadata.ownerReferences) queue.add(keyOf(object));
  });
  jobs.subscribe(({ object, deleted }) => {
    if (!deleted) return;
    const { namespace, uid } = object.metadata;
    const left = pods
      .list(namespace)
      .filter((pod) => pod.metadata.ownerReferences?.some((reference) => reference.uid === uid));
    for (const pod of left) queue.add(keyOf(pod));
  });
}

function startCronJobs(cluster: Cluster): void {
  const { cronJobs, jobs } = cluster.informers;
  const queue = controllerQueue(cluster, 'cronjob-controller', ([namespace, name]) => {
    const cronJob = cronJobs.get(namespace, name);
    return cronJob
      ? reconcileCronJob({ cronJob, jobs: jobs.list(namespace), now: cluster.clock.now() })
      : undefined;
  });
  cronJobs.subscribe(({ object }) => queue.add(keyOf(object)));
  jobs.subscribe((change) => addOwner(queue, 'CronJob', change));
}
