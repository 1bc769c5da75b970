import type { Condition, Pod } from '#lib/sandbox/client/objects.ts';
import type { TestCluster } from '#lib/sandbox/test-cluster.ts';
import type { Scenario, Sighting } from './scenario.ts';

/** What a scenario promises and the cluster does not show; each as one line with what is there instead. */
export async function unseen(cluster: TestCluster, { expect }: Scenario): Promise<readonly string[]> {
  const { namespace, workload, reason, exitCode, sights = [] } = expect;
  const pods = cluster.pods(`${namespace}/${workload}`);
  const { deployments } = cluster.sandbox.simulation.cluster.informers;
  const conditions = deployments.get(namespace, workload)?.status?.conditions ?? [];
  const reasons = [...pods.flatMap(reasonsOf), ...conditions.map((each) => each.reason)];
  const missing: string[] = [];
  if (!reasons.includes(reason)) missing.push(`reason ${reason}: ${[...new Set(reasons)].join(', ')}`);
  const codes = pods.flatMap(exitCodesOf);
  if (exitCode !== undefined && !codes.includes(exitCode))
    missing.push(`exit code ${exitCode}: ${codes.join(', ')}`);
  for (const sight of sights) {
    const found = await lookFor(sight, { cluster, pods, expect });
    if (found !== true) missing.push(`${JSON.stringify(sight)}: ${found}`);
  }
  return missing;
}

const statusesOf = ({ status }: Pod) => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

/** A failed pull shows one of two words, depending on when one looks. */
const steady = (reason: string | undefined) => (reason === 'ErrImagePull' ? 'ImagePullBackOff' : reason);

function reasonsOf(pod: Pod): readonly (string | undefined)[] {
  const containers = statusesOf(pod).flatMap(({ state, lastState, restartCount }) => [
    steady(state.waiting?.reason),
    lastState.terminated?.reason,
    // Between an end and the next look of the kubelet the pair of CrashLoopBackOff is shown.
    ...(state.terminated && restartCount > 0 ? ['CrashLoopBackOff', state.terminated.reason] : []),
  ]);
  return [...containers, pod.status?.reason, ...(pod.status?.conditions ?? []).map(({ reason }) => reason)];
}

const exitCodesOf = (pod: Pod): readonly number[] =>
  statusesOf(pod).flatMap(({ state, lastState }) =>
    [state.terminated, lastState.terminated].flatMap((end) => (end ? [end.exitCode] : [])),
  );

type Stage = {
  readonly cluster: TestCluster;
  readonly pods: readonly Pod[];
  readonly expect: Scenario['expect'];
};

async function lookFor(sight: Sighting, stage: Stage): Promise<true | string> {
  const { cluster, pods, expect } = stage;
  switch (sight.on) {
    case 'condition': {
      const all = conditionsOf(sight, stage);
      return all.some((each) => isMet(sight, each)) || JSON.stringify(all);
    }
    case 'event': {
      const inNamespace = sight.of === 'Node' ? 'default' : expect.namespace;
      const events = (await cluster.events(inNamespace)).filter(
        ({ involvedObject, reason }) => involvedObject.kind === sight.of && reason === sight.reason,
      );
      const texts = events.map(({ message = '' }) => message);
      return texts.some((text) => text.includes(sight.message ?? '')) || JSON.stringify(texts);
    }
    case 'pods': {
      const found = pods.filter((pod) => stateOf(pod) === sight.state).length;
      return found === sight.count || pods.map((pod) => stateOf(pod)).join(', ');
    }
  }
}

const stateOf = ({ metadata, status }: Pod) =>
  metadata.deletionTimestamp === undefined ? status?.phase : 'Terminating';

function conditionsOf(
  { of, name }: Extract<Sighting, { on: 'condition' }>,
  { cluster, pods, expect: { namespace, workload } }: Stage,
): readonly Condition[] {
  const { nodes, deployments } = cluster.sandbox.simulation.cluster.informers;
  const objects = {
    Pod: () => pods,
    Node: () => nodes.list().filter(({ metadata }) => metadata.name === name),
    Deployment: () =>
      deployments.list(namespace).filter(({ metadata }) => metadata.name === (name ?? workload)),
  };
  return objects[of]().flatMap(({ status }) => status?.conditions ?? []);
}

const isMet = (sight: Extract<Sighting, { on: 'condition' }>, condition: Condition): boolean =>
  condition.type === sight.type &&
  (sight.status === undefined || condition.status === sight.status) &&
  (sight.reason === undefined || condition.reason === sight.reason) &&
  (condition.message ?? '').includes(sight.message ?? '');
