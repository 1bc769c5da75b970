import type { KubeEvent } from '#lib/sandbox/client/event-objects.ts';
import type { ContainerStatus, Pod } from '#lib/sandbox/client/objects.ts';
import { isControlledBy } from '#lib/sandbox/client/write.ts';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';
import { isReady } from '#lib/sandbox/controllers/pod-facts.ts';
import type { TestCluster } from '#lib/sandbox/test-cluster.ts';
import type { Expectation, Scenario } from './scenario.ts';
import { ofJobs } from './story-check-jobs.ts';
import { ofLogs } from './story-check-logs.ts';

/** Two words for one state: which is shown depends on when one looks. */
const ALSO: Readonly<Record<string, string>> = {
  ImagePullBackOff: 'ErrImagePull',
  CrashLoopBackOff: 'Error',
  PostStartHookError: 'CrashLoopBackOff',
};

/** For tests: what a scenario promises and the cluster does not show, in words; empty when all is as told. */
export async function unfulfilled(cluster: TestCluster, { expect }: Scenario): Promise<readonly string[]> {
  const { namespace, others = [], event } = expect;
  // Events about a Node are in the namespace default, under the Node's own name.
  const events = await cluster.events(event?.about === 'Node' ? 'default' : namespace);
  return [
    ...ofWorkload(cluster, expect),
    ...others.flatMap((path) => ofPods(cluster, expect, path)),
    ...ofEvents(events, expect),
    ...ofLogs(cluster, expect),
  ];
}

function ofWorkload(cluster: TestCluster, expect: Expectation): readonly string[] {
  if (expect.failedJob) return ofJobs(cluster, expect);
  if (expect.noPod) return whereNoPodIs(cluster, expect);
  return ofPods(cluster, expect, `${expect.namespace}/${expect.workload}`);
}

/** Of a workload that runs, in a namespace the scenario is about: Pods that are not ready. */
export function unwell(cluster: TestCluster, { seed }: Scenario): readonly string[] {
  const namespaces = new Set(seed.map(({ metadata }) => metadata.namespace));
  return cluster.sandbox.simulation.cluster.informers.pods
    .list()
    .filter((pod) => namespaces.has(pod.metadata.namespace) && isBroken(pod))
    .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
}

function ofPods(cluster: TestCluster, expect: Expectation, path: string): readonly string[] {
  const broken = cluster.pods(path).filter(isBroken);
  if (broken.length === 0) return [`${path} has no Pod that is not ready`];
  return broken.flatMap((pod) => ofPod(pod, expect));
}

function ofPod(
  pod: Pod,
  { reason, exitCode, ended, says, event, container: about }: Expectation,
): readonly string[] {
  const { name } = pod.metadata;
  const all = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const containers = all.filter((each) => about === undefined || each.name === about);
  const conditions = pod.status?.conditions ?? [];
  const reasons = [
    pod.status?.reason,
    ...containers.flatMap((container) => [
      container.state.waiting?.reason,
      ...ends(container).map((end) => end.reason),
    ]),
    ...conditions.map((condition) => condition.reason),
  ];
  const messages = [
    ...containers.flatMap((container) => [
      container.state.waiting?.message,
      ...ends(container).map((end) => end.message),
    ]),
    ...conditions.map((condition) => condition.message),
  ];
  const codes = containers.flatMap(ends).map((end) => end.exitCode);
  const isLooping = reason === 'CrashLoopBackOff' && containers.some(hasRestarted);
  return [
    ...(reasons.includes(reason) || reasons.includes(ALSO[reason]) || isLooping
      ? []
      : [`${name} says ${reasons.join(', ')}, not ${reason}`]),
    ...(exitCode === undefined || codes.includes(exitCode)
      ? []
      : [`${name} ended with ${codes.join(', ')}, not ${exitCode}`]),
    ...(ended === undefined || containers.flatMap(ends).some((end) => end.reason === ended)
      ? []
      : [`${name} says ${reasons.join(', ')}: no run ended with ${ended}`]),
    // What an Event tells is not asked of the Pod.
    ...(says === undefined || event || messages.some((message) => message?.includes(says))
      ? []
      : [`${name} says "${messages.join('" and "')}", not "${says}"`]),
  ];
}

/** Between two crashes it is running. */
const hasRestarted = (container: ContainerStatus): boolean =>
  container.restartCount > 1 && ends(container).length > 0;

/** What has done its work is not ready either, and nothing is wrong with it. */
const isBroken = (pod: Pod): boolean => !isReady(pod) && pod.status?.phase !== 'Succeeded';

const ends = ({ state, lastState }: ContainerStatus) =>
  [state.terminated, lastState.terminated].filter((end) => end !== undefined);

function ofEvents(
  events: readonly KubeEvent[],
  { event, says = '', workload }: Expectation,
): readonly string[] {
  if (!event) return [];
  const told = events.filter(
    ({ reason, involvedObject: { kind, name } }) =>
      reason === event.reason &&
      kind === event.about &&
      (kind === 'Node' || name === workload || name.startsWith(`${workload}-`)),
  );
  if (told.some(({ message }) => message.includes(says))) return [];
  const seen = told.map(({ message }) => message);
  return [`no Event ${event.reason} of a ${event.about} says "${says}" but ${JSON.stringify(seen)}`];
}

/** Everything that exists runs; what is missing could not be made. */
function whereNoPodIs(
  cluster: TestCluster,
  { namespace, workload, kind = 'Deployment', reason }: Expectation,
): readonly string[] {
  const path = `${namespace}/${workload}`;
  const unready = cluster.pods(path).filter(isBroken);
  const complaints = unready.map(({ metadata }) => `${metadata.name} exists and is not ready`);
  if (kind === 'DaemonSet') return [...complaints, ...whereNoDaemonIsMissing(cluster, path)];
  if (kind !== 'Deployment') return complaints;
  const newest = cluster.replicaSets(path).at(-1);
  const made = cluster.pods(path).filter((pod) => newest && isControlledBy(pod, newest));
  const failure = findCondition(cluster.deployment(path).status?.conditions, 'ReplicaFailure');
  return [
    ...complaints,
    ...made.map(({ metadata }) => `${metadata.name} is of the revision that has no Pod`),
    ...(failure?.reason === reason
      ? []
      : [`${path} has ReplicaFailure ${failure?.reason ?? 'unset'}, not ${reason}`]),
  ];
}

function whereNoDaemonIsMissing(cluster: TestCluster, path: string): readonly string[] {
  const [namespace, name = ''] = path.split('/');
  const status = cluster.sandbox.simulation.cluster.informers.daemonSets.get(namespace, name)?.status;
  const { desiredNumberScheduled = 0, numberReady = 0 } = status ?? {};
  return numberReady < desiredNumberScheduled ? [] : [`${path} has all its ${desiredNumberScheduled} Pods`];
}
