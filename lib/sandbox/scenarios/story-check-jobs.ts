import { isControlledBy } from '#lib/sandbox/client/write.ts';
import type { TestCluster } from '#lib/sandbox/test-cluster.ts';
import type { Expectation } from './scenario.ts';

/** For tests: the Job, or the newest finished one of the CronJob, has failed for this reason. */
export function ofJobs(
  cluster: TestCluster,
  { namespace, workload, kind, reason, exitCode }: Expectation,
): readonly string[] {
  const { jobs, cronJobs } = cluster.sandbox.simulation.cluster.informers;
  const owner = cronJobs.get(namespace, workload);
  const own = jobs
    .list(namespace)
    .filter((job) => (kind === 'Job' ? job.metadata.name === workload : owner && isControlledBy(job, owner)))
    .filter(({ status }) => (status?.conditions ?? []).length > 0)
    .toSorted((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1));
  const latest = own.at(-1);
  if (!latest) return [`no Job of ${workload} is finished`];
  const reasons = (latest.status?.conditions ?? [])
    .filter(({ type, status }) => type === 'Failed' && status === 'True')
    .map((condition) => condition.reason);
  const codes = cluster.sandbox.simulation.cluster.informers.pods
    .list(namespace)
    .filter((pod) => isControlledBy(pod, latest))
    .flatMap(({ status }) =>
      (status?.containerStatuses ?? []).map((each) => each.state.terminated?.exitCode),
    );
  return [
    ...(reasons.includes(reason)
      ? []
      : [`${latest.metadata.name} has ${JSON.stringify(latest.status?.conditions)}, not ${reason}`]),
    ...(exitCode === undefined || codes.includes(exitCode)
      ? []
      : [`the pods of ${latest.metadata.name} ended with ${codes.join(', ')}, not ${exitCode}`]),
  ];
}
