import type { Pod } from '#lib/sandbox/client/objects.ts';
import { matches } from '#lib/sandbox/client/selector.ts';
import { WorkQueue } from '#lib/sandbox/client/work-queue.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { applyWrites } from './apply-writes.ts';
import { reconcileDisruptionBudget } from './disruption-budget.ts';
import { reconcileEndpoints } from './endpoints.ts';

type Named = { readonly metadata: { readonly namespace?: string; readonly name: string } };
const keyOf = ({ metadata }: Named): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** Keeps the status of disruption budgets. Costs nothing while there are none. */
export function startDisruption(cluster: Cluster): void {
  const { clock, activity, report, api, informers } = cluster;
  const { disruptionBudgets, pods, replicaSets } = informers;
  const recorder = cluster.recorder('controllermanager');
  const process = async (key: string): Promise<void> => {
    const [namespace, name = ''] = key.split('/');
    const budget = disruptionBudgets.get(namespace, name);
    if (!budget) return;
    // Owners the caches do not know count as what they have.
    const scaleOf = (uid: string): number =>
      replicaSets.list(namespace).find(({ metadata }) => metadata.uid === uid)?.spec.replicas ??
      pods.list(namespace).filter(({ metadata }) => metadata.ownerReferences?.some((ref) => ref.uid === uid))
        .length;
    const input = { budget, pods: pods.list(namespace), scaleOf, now: clock.now() };
    const { writes, wakeAfterMs } = reconcileDisruptionBudget(input);
    if (wakeAfterMs !== undefined) queue.addAfter(key, wakeAfterMs);
    await applyWrites(writes, { api, recorder });
  };
  const queue = new WorkQueue({ clock, activity, report, process });
  disruptionBudgets.subscribe(({ object, previous, deleted }) => {
    const isOwnStatus = previous && object.metadata.generation === previous.metadata.generation;
    const isSpent = object.status?.disruptedPods !== previous?.status?.disruptedPods;
    if (!deleted && (!isOwnStatus || isSpent)) queue.add(keyOf(object));
  });
  pods.subscribe(({ object: { metadata } }) => {
    for (const budget of disruptionBudgets.list(metadata.namespace)) {
      const { selector } = budget.spec;
      if (selector && matches(selector, metadata.labels)) queue.add(keyOf(budget));
    }
  });
}

/** Keeps an Endpoints object beside the EndpointSlices of every Service. */
export function startEndpoints(cluster: Cluster): void {
  const { clock, activity, report, api, informers } = cluster;
  const { services, endpoints, pods } = informers;
  const recorder = cluster.recorder('endpoint-controller');
  const process = async (key: string): Promise<void> => {
    const [namespace, name = ''] = key.split('/');
    const service = services.get(namespace, name);
    const current = endpoints.get(namespace, name);
    if (!service) {
      if (!current) return;
      const target = { kind: 'Endpoints', namespace, name } as const;
      return applyWrites([{ verb: 'delete', target, uid: current.metadata.uid }], { api, recorder });
    }
    const input = { service, endpoints: current, pods: pods.list(namespace), now: clock.now() };
    await applyWrites(reconcileEndpoints(input).writes, { api, recorder });
  };
  const queue = new WorkQueue({ clock, activity, report, process });
  services.subscribe(({ object }) => queue.add(keyOf(object)));
  pods.subscribe(({ object, previous }: { object: Pod; previous?: Pod }) => {
    for (const service of services.list(object.metadata.namespace)) {
      const { selector = {} } = service.spec;
      if (Object.keys(selector).length === 0) continue;
      const matchLabels = selector;
      if ([object, previous].some((pod) => pod && matches({ matchLabels }, pod.metadata.labels)))
        queue.add(keyOf(service));
    }
  });
}
