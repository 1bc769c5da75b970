import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { KubeNode } from '#lib/model/node.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { Problem } from '#lib/model/problem.ts';
import type { CronJob, Job, ReplicaSet, Workload, WorkloadRef } from '#lib/model/workload.ts';
import { isConditionTrue } from './condition-of.ts';
import { cronJobProblem, JOB_ALREADY_ACTIVE } from './cron-job-problem.ts';
import { byNewestJob, isFinishedJob, succeededSince } from './finished-job.ts';
import { podProblems } from './pod-problems.ts';
import { workloadProblems } from './workload-problems.ts';

export type OwnerContext = {
  readonly owner: WorkloadRef;
  /** The owner itself; for a CronJob its Jobs, newest first or not; empty when none is readable (bare pods). */
  readonly workloads: readonly Workload[];
  /** The owner itself where it is a CronJob that may be read. */
  readonly cronJob?: CronJob;
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  /** Events of the pods, the workloads and the ReplicaSets; of the CronJob itself. */
  readonly events: readonly KubeEvent[];
  readonly nodeOf: (name: string) => KubeNode | undefined;
  readonly now: number;
};

/**
 * Everything wrong under one owner: of its pods and of the workload itself, without what is history. Pods that ended
 * stay as objects; they stop being a problem once the controller has a healthy replacement, and so do the Jobs of a
 * CronJob once a newer one finished.
 */
export function ownerProblems(context: OwnerContext): readonly Problem[] {
  const { owner, pods, replicaSets, now } = context;
  const workloads = currentWorkloads(context);
  const eventsOf = Map.groupBy(context.events, ({ regarding }) => regarding.uid);
  const isPast = (pod: Pod) =>
    (pod.phase === 'Failed' && workloads.some(isServed)) || isOfPastJob(pod, context.workloads, workloads);
  const ofPods = pods
    .filter((pod) => !isPast(pod))
    .flatMap((pod) =>
      podProblems(pod, {
        owner,
        node: pod.nodeName === undefined ? undefined : context.nodeOf(pod.nodeName),
        events: eventsOf.get(pod.meta.uid) ?? [],
        now,
      }),
    );
  const ofWorkloads = workloads
    .flatMap((workload) =>
      workloadProblems(workload, { pods, replicaSets, events: context.events, now, owner }),
    )
    // Whether a Job that failed still matters is for its CronJob to say.
    .filter(({ family }) => owner.kind !== 'CronJob' || family !== 'job');
  const { cronJob, events } = context;
  const ofSchedule = cronJobProblem(owner, { cronJob, jobs: context.workloads, events, now });
  // That a pod which does not start keeps the next runs away is its consequence, and would be told twice.
  const isToldByPod = ofSchedule?.reason === JOB_ALREADY_ACTIVE && ofPods.length > 0;
  return [...ofPods, ...ofWorkloads, ...(ofSchedule && !isToldByPod ? [ofSchedule] : [])];
}

/** All of them, but of several Jobs only the running ones and the last that finished, unless a later one succeeded. */
function currentWorkloads({ workloads, cronJob }: OwnerContext): readonly Workload[] {
  const [last] = workloads.filter(isJob).filter(isFinishedJob).toSorted(byNewestJob);
  return workloads.filter(
    (workload) =>
      !isJob(workload) ||
      !isFinishedJob(workload) ||
      (workload === last && !succeededSince(workload, cronJob)),
  );
}

const isJob = (workload: Workload): workload is Job => workload.kind === 'Job';

function isServed(workload: Workload): boolean {
  if (workload.kind === 'Job') return isConditionTrue(workload, 'Complete');
  return workload.replicas.desired > 0 && workload.replicas.ready >= workload.replicas.desired;
}

function isOfPastJob(pod: Pod, all: readonly Workload[], current: readonly Workload[]): boolean {
  const job = all.find(({ kind, meta }) => kind === 'Job' && meta.uid === pod.meta.owner?.uid);
  return job !== undefined && !current.includes(job);
}
