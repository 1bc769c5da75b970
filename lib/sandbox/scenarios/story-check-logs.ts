import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { TestCluster } from '#lib/sandbox/test-cluster.ts';
import type { Expectation } from './scenario.ts';

/** For tests: some Pod of the workload has written the words, in its current run or the one before. */
export function ofLogs(cluster: TestCluster, expect: Expectation): readonly string[] {
  const { namespace, workload, log, container } = expect;
  if (log === undefined) return [];
  const pods = cluster.pods(`${namespace}/${workload}`);
  const lines = pods.flatMap((pod) => linesOf(cluster, pod, container));
  return lines.some((line) => line.includes(log))
    ? []
    : [`no log of ${workload} says "${log}", but ${JSON.stringify(lines.slice(-5))}`];
}

function linesOf(cluster: TestCluster, pod: Pod, container?: string): readonly string[] {
  const { name, namespace = '', uid } = pod.metadata;
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  return [...initContainerStatuses, ...containerStatuses]
    .filter((status) => container === undefined || status.name === container)
    .flatMap((status) =>
      [status.lastState.terminated?.containerID, status.containerID].flatMap((containerId) => {
        if (containerId === undefined) return [];
        const target = { namespace, pod: name, podUid: uid, container: status.name, containerId };
        return cluster.sandbox.simulation.logs.lines(target) ?? [];
      }),
    )
    .map(({ text }) => text);
}
