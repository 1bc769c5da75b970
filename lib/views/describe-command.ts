import type { WorkloadRef } from '#lib/model/workload.ts';

const SHORT_NAMES: Readonly<Record<string, string>> = {
  Deployment: 'deploy',
  StatefulSet: 'sts',
  DaemonSet: 'ds',
  ReplicaSet: 'rs',
  Pod: 'pod',
  Job: 'job',
  CronJob: 'cronjob',
  Node: 'node',
};

/** `deploy/checkout -n shop`: how kubectl is told which object is meant. */
export function kubectlTarget({
  kind,
  name,
  namespace,
}: Pick<WorkloadRef, 'kind' | 'name' | 'namespace'>): string {
  const target = `${SHORT_NAMES[kind] ?? kind.toLowerCase()}/${name}`;
  return namespace === '' ? target : `${target} -n ${namespace}`;
}

export function describeCommand(ref: WorkloadRef): string {
  return `kubectl describe ${kubectlTarget(ref)}`;
}
