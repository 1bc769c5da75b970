import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { KubeNode } from '#lib/model/node.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { Problem } from '#lib/model/problem.ts';
import type { ReplicaSet, Workload, WorkloadRef } from '#lib/model/workload.ts';
import { isConditionTrue } from './condition-of.ts';
import { cronJobProblem } from './cron-job-problem.ts';
import { podProblems } from './pod-problems.ts';
import { workloadProblems } from './workload-problems.ts';

export type OwnerContext = {
  readonly owner: WorkloadRef;
  /** The owner itself; for a CronJob its Jobs, newest first or not; empty when none is readable (bare pods). */
  readonly workloads: readonly Workload[];
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
  const workloads = currentWorkloads(context.workloads);
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
  const ofWorkloads = workloads.flatMap((workload) =>
    workloadProblems(workload, { pods, replicaSets, events: context.events, now, owner }),
  );
  const ofSchedule = cronJobProblem(owner, { jobs: context.workloads, events: context.events, now });
  return [...ofPods, ...ofWorkloads, ...(ofSchedule ? [ofSchedule] : [])];
}

/** All of them, but of several Jobs only the running ones and the last that finished. */
function currentWorkloads(workloads: readonly Workload[]): readonly Workload[] {
  const finished = workloads
    .filter(isFinishedJob)
    .toSorted((a, b) => b.meta.createdAt - a.meta.createdAt || (a.meta.uid < b.meta.uid ? -1 : 1));
  return workloads.filter((workload) => !isFinishedJob(workload) || workload === finished[0]);
}

const isFinishedJob = (workload: Workload) =>
  workload.kind === 'Job' && (isConditionTrue(workload, 'Complete') || isConditionTrue(workload, 'Failed'));

function isServed(workload: Workload): boolean {
  if (workload.kind === 'Job') return isConditionTrue(workload, 'Complete');
  return workload.replicas.desired > 0 && workload.replicas.ready >= workload.replicas.desired;
}

function isOfPastJob(pod: Pod, all: readonly Workload[], current: readonly Workload[]): boolean {
  const job = all.find(({ kind, meta }) => kind === 'Job' && meta.uid === pod.meta.owner?.uid);
  return job !== undefined && !current.includes(job);
}
