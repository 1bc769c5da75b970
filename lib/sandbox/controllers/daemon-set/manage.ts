import type { Pod } from '#lib/sandbox/client/objects.ts';
import { isReady, isTerminating } from '#lib/sandbox/controllers/pod-facts.ts';
import { wantedOn } from './daemon-pod.ts';
import { isAvailableIn, isUpdated, limits, type Changes, type Daemons } from './daemons.ts';
import type { FailedPods } from './failed-pods.ts';

export type Managed = Changes & {
  /** Pods among `remove` that had failed or ended: the set says so. */
  readonly failed: readonly Pod[];
  readonly succeeded: readonly Pod[];
};

const alive = (pods: readonly Pod[]) =>
  pods.filter(
    (pod) => !isTerminating(pod) && pod.status?.phase !== 'Failed' && pod.status?.phase !== 'Succeeded',
  );

/**
 * One Pod on every node that wants one and none elsewhere (daemon_controller.go, podsShouldBeOnNode). Pods that failed
 * are deleted no faster than their back-off allows.
 */
export function managedPods(daemons: Daemons, failures: FailedPods): Managed {
  const { daemonSet, nodes, byNode } = daemons;
  const create: string[] = [];
  const remove: Pod[] = [];
  const failed: Pod[] = [];
  const succeeded: Pod[] = [];
  for (const node of nodes) {
    const { name } = node.metadata;
    const pods = byNode.get(name) ?? [];
    const { run, stay } = wantedOn(daemonSet, node);
    if (!stay) {
      remove.push(...pods.filter((pod) => !isTerminating(pod)));
      continue;
    }
    if (pods.length === 0) {
      if (run) create.push(name);
      continue;
    }
    const ended = pods.filter((pod) => !isTerminating(pod));
    succeeded.push(...ended.filter(({ status }) => status?.phase === 'Succeeded'));
    failed.push(...ended.filter(({ status }) => status?.phase === 'Failed' && !failures.isBackingOff(name)));
    const changes = onNode(daemons, alive(pods));
    remove.push(...changes.remove);
    if (changes.isMissing && run) create.push(name);
  }
  const known = new Set(nodes.map(({ metadata }) => metadata.name));
  const lost = [...byNode].filter(([node]) => !known.has(node)).flatMap(([, pods]) => pods);
  remove.push(...lost.filter((pod) => !pod.spec.nodeName && !isTerminating(pod)));
  return { create, remove: [...failed, ...succeeded, ...remove], failed, succeeded };
}

/** Surplus Pods of one node; while surging, an old and a new one may live side by side. */
function onNode(daemons: Daemons, pods: readonly Pod[]): { remove: readonly Pod[]; isMissing: boolean } {
  const { daemonSet, revision } = daemons;
  const allowsSurge = limits(daemonSet, 1).maxSurge > 0;
  if (!allowsSurge) return { remove: pods.slice(1), isMissing: false };
  if (pods.length <= 1) return { remove: [], isMissing: pods.length === 0 };
  const fresh = pods.find((pod) => isUpdated(pod, revision));
  const old = pods.find((pod) => !isUpdated(pod, revision));
  const surplus = pods.filter((pod) => pod !== fresh && pod !== old);
  const isReplaced = fresh && old && (!isReady(old) || isAvailableIn(daemons, fresh));
  return { remove: isReplaced ? [...surplus, old] : surplus, isMissing: false };
}
