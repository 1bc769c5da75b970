import fc from 'fast-check';
import type { ContainerSpec } from '#lib/model/pod-template.ts';
import type { ContainerState, ContainerStatus, Pod, Terminated } from '#lib/model/pod.ts';
import { aCondition } from './build-meta.ts';
import { aContainerStatus, aPod, running, terminated, waiting } from './build-pod.ts';
import { aContainer } from './build-template.ts';
import { at } from './time.ts';

const moments = fc.integer({ min: at('08:00:00'), max: at('12:00:00') });

const ends: fc.Arbitrary<Terminated> = fc
  .record({
    exitCode: fc.constantFrom(0, 1, 2, 127, 128, 137, 143, 255),
    signal: fc.option(fc.constantFrom(9, 15), { nil: undefined }),
    reason: fc.constantFrom('', 'Error', 'Completed', 'OOMKilled', 'StartError', 'ContainerStatusUnknown'),
    startedAt: fc.option(moments, { nil: undefined }),
    finishedAt: moments,
    containerId: fc.constantFrom('containerd://a', 'containerd://b'),
  })
  .map((end) => terminated({ ...end, finishedAt: Math.max(end.finishedAt, end.startedAt ?? 0) }));

const waits = fc.constantFrom(
  waiting(''),
  waiting('ContainerCreating'),
  waiting('PodInitializing'),
  waiting('CrashLoopBackOff', 'back-off 40s restarting failed container=c pod=p_n(u)'),
  waiting('ErrImagePull', 'not found'),
  waiting('ImagePullBackOff', 'Back-off pulling image "x"'),
  waiting('CreateContainerConfigError', 'secret "x" not found'),
  waiting('RunContainerError', 'exec: "entry": not found'),
  waiting('a text nobody classified'),
);

const states: fc.Arbitrary<ContainerState> = fc.oneof(moments.map(running), ends, waits);

const statuses = (name: string): fc.Arbitrary<ContainerStatus> =>
  fc
    .record({
      state: states,
      ready: fc.boolean(),
      started: fc.boolean(),
      restartCount: fc.nat(12),
      lastTermination: fc.option(ends, { nil: undefined }),
      containerId: fc.constantFrom('containerd://a', 'containerd://b', undefined),
    })
    .map((status) => aContainerStatus({ ...status, name }));

const someOf = (names: readonly string[]) =>
  fc
    .nat(names.length)
    .chain((count) => fc.tuple(...names.slice(0, count).map(statuses)))
    .map((list): ContainerStatus[] => [...list]);

const conditions = fc.subarray([
  aCondition('PodScheduled', 'True', { lastTransitionAt: at('08:00:00') }),
  aCondition('PodScheduled', 'False', { reason: 'Unschedulable', message: '0/3 nodes are available' }),
  aCondition('PodScheduled', 'False', { reason: 'SchedulingGated' }),
  aCondition('PodReadyToStartContainers', 'False'),
  aCondition('Initialized', 'True'),
  aCondition('ContainersReady', 'True', { lastTransitionAt: at('09:00:00') }),
  aCondition('Ready', 'False', { reason: 'ReadinessGatesNotReady', lastTransitionAt: at('09:00:00') }),
]);

/** Any pod the API could hand out, sensible or not: what must never throw is tried on these. */
export const arbitraryPods: fc.Arbitrary<Pod> = fc
  .record({
    initStatuses: someOf(['init-a', 'init-b']),
    statuses: someOf(['app-a', 'app-b', 'app-c']),
    conditions,
    phase: fc.constantFrom('Pending' as const, 'Running', 'Succeeded', 'Failed', 'Unknown'),
    reason: fc.constantFrom(undefined, 'Evicted', 'NodeLost', ''),
    nodeName: fc.constantFrom(undefined, 'node-1'),
    deletedAt: fc.option(moments, { nil: undefined }),
    restartPolicy: fc.constantFrom('Always' as const, 'OnFailure', 'Never'),
    sidecars: fc.boolean(),
    hasSpecs: fc.boolean(),
    schedulingGates: fc.constantFrom([], ['gate']),
    readinessGates: fc.constantFrom([], ['gate']),
    acceptedAt: fc.option(moments, { nil: undefined }),
  })
  .map(({ restartPolicy, sidecars, hasSpecs, ...pod }) => {
    const specs: ContainerSpec[] = [
      ...pod.initStatuses.map(({ name }) => aContainer({ name, role: sidecars ? 'sidecar' : 'init' })),
      ...pod.statuses.map(({ name }) => aContainer({ name })),
    ];
    return aPod({ ...pod, template: { restartPolicy, containers: hasSpecs ? specs : [] } });
  });
