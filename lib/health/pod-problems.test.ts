import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pod } from '#lib/model/pod.ts';
import { arbitraryPods } from '#lib/testing/arbitrary-pod.ts';
import { aNode } from '#lib/testing/build-cluster.ts';
import { aCondition } from '#lib/testing/build-meta.ts';
import {
  aContainerStatus,
  aCrashLoopingStatus,
  aPod,
  running,
  terminated,
  waiting,
} from '#lib/testing/build-pod.ts';
import { aContainer, aProbe } from '#lib/testing/build-template.ts';
import { aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at, HOUR, MINUTE, SECOND } from '#lib/testing/time.ts';
import { type PodContext, podProblems } from './pod-problems.ts';

const NOW = at('10:05:00');
const owner = aWorkloadRef();

const problems = (pod: Pod, context: Partial<PodContext> = {}) =>
  podProblems(pod, { owner, node: aNode(), now: NOW, ...context });
const families = (pod: Pod, context?: Partial<PodContext>) =>
  problems(pod, context).map(({ family }) => family);

describe('podProblems', () => {
  it('finds nothing wrong with a running pod', () => expect(problems(aPod())).toEqual([]));

  it('keeps the newest text of a pull failure', () => {
    const message =
      'Back-off pulling image "ghcr.io/acme/web:does-not-exist": ErrImagePull: ghcr.io/acme/web:does-not-exist: not found';
    const pod = aPod({
      phase: 'Pending',
      statuses: [aContainerStatus({ state: waiting('ImagePullBackOff', message) })],
      readySinceAt: at('10:00:00'),
    });
    expect(problems(pod)).toEqual([
      {
        family: 'image',
        owner,
        pod: { name: 'web-5f7d-abcde', uid: 'shop/web-5f7d-abcde', nodeName: 'node-1' },
        container: 'web',
        reason: 'ImagePullBackOff',
        message,
        sinceAt: at('10:00:00'),
        restartCount: 0,
      },
    ]);
  });

  it('reports every failing container of a pod', () => {
    const pod = aPod({
      statuses: [
        aContainerStatus({ name: 'app', state: waiting('ErrImagePull') }),
        aCrashLoopingStatus({ name: 'zzz' }),
      ],
    });
    expect(problems(pod).map(({ container, family }) => `${container} ${family}`)).toEqual([
      'app image',
      'zzz crash',
    ]);
  });

  it.each(['Succeeded', 'Running'] as const)('is silent about a %s pod that is being deleted', (phase) => {
    expect(problems(aPod({ phase, deletedAt: NOW, statuses: [aCrashLoopingStatus()] }))).toEqual([]);
  });

  it('is silent about a completed pod', () => {
    const statuses = [aContainerStatus({ state: terminated({ exitCode: 0 }) })];
    expect(problems(aPod({ phase: 'Succeeded', statuses, template: { restartPolicy: 'Never' } }))).toEqual(
      [],
    );
  });
});

describe('podProblems of a crash loop', () => {
  it('names the exit while the container runs again, and when it became stable', () => {
    const pod = aPod({
      statuses: [
        aContainerStatus({
          restartCount: 2,
          state: running(at('10:01:00')),
          lastTermination: terminated({ reason: 'OOMKilled', exitCode: 137, finishedAt: at('10:00:40') }),
        }),
      ],
    });
    expect(problems(pod)).toMatchObject([
      {
        family: 'crash',
        reason: 'OOMKilled',
        restartCount: 2,
        sinceAt: at('10:00:40'),
        stableSinceAt: at('10:01:00'),
      },
    ]);
  });

  it('is not stable before it ran longer than the run that crashed', () => {
    const lastTermination = terminated({ startedAt: at('10:00:00'), finishedAt: at('10:01:00') });
    const running53s = aPod({
      statuses: [aContainerStatus({ restartCount: 8, state: running(at('10:02:00')), lastTermination })],
    });
    const stableAt = (now: number) => problems(running53s, { now })[0]?.stableSinceAt;
    expect(stableAt(at('10:03:00'))).toBeUndefined();
    expect(stableAt(at('10:03:01'))).toBe(at('10:02:00'));
  });

  it('is not stable while the container runs unready', () => {
    const status = aContainerStatus({
      restartCount: 2,
      state: running(at('10:01:00')),
      ready: false,
      lastTermination: terminated(),
    });
    expect(problems(aPod({ statuses: [status] }))[0]).not.toHaveProperty('stableSinceAt');
  });

  it('began with the earliest bad moment the object proves', () => {
    const status = aCrashLoopingStatus({ lastTermination: terminated({ finishedAt: at('10:00:01') }) });
    expect(problems(aPod({ statuses: [status], readySinceAt: at('09:20:00') }))).toMatchObject([
      { sinceAt: at('09:20:00') },
    ]);
    expect(problems(aPod({ statuses: [status], readySinceAt: at('10:04:00') }))).toMatchObject([
      { sinceAt: at('10:00:01') },
    ]);
  });

  it('shows the text of the exit when the waiting state has none', () => {
    const status = aCrashLoopingStatus({
      state: waiting('CrashLoopBackOff'),
      lastTermination: terminated({
        reason: 'StartError',
        exitCode: 128,
        message: 'exec: "entry": not found',
      }),
    });
    expect(problems(aPod({ statuses: [status] }))).toMatchObject([
      { reason: 'CrashLoopBackOff', message: 'exec: "entry": not found' },
    ]);
  });

  it('is over when the container has run ready for 600 s', () => {
    const status = aContainerStatus({
      restartCount: 2,
      state: running(at('09:55:00')),
      lastTermination: terminated(),
    });
    expect(families(aPod({ statuses: [status] }))).toEqual([]);
    expect(families(aPod({ statuses: [status] }), { now: NOW - 1 })).toEqual(['crash']);
  });
});

describe('podProblems of init containers and sidecars', () => {
  const app = aContainerStatus({ name: 'app', state: waiting('PodInitializing') });

  it('reports the init container that blocks, not those behind it', () => {
    const pod = aPod({
      phase: 'Pending',
      initStatuses: [
        aCrashLoopingStatus({ name: 'migrate' }),
        aContainerStatus({ name: 'seed', state: waiting('PodInitializing') }),
      ],
      statuses: [app],
    });
    expect(problems(pod).map(({ container }) => container)).toEqual(['migrate']);
  });

  it('is patient with an init container at work', () => {
    const pod = aPod({
      phase: 'Pending',
      acceptedAt: at('10:00:00'),
      initStatuses: [aContainerStatus({ name: 'migrate', ready: false, state: running(at('10:00:05')) })],
      statuses: [app],
    });
    expect(families(pod)).toEqual([]);
    expect(families(pod, { now: at('10:09:59') })).toEqual([]);
    expect(families(pod, { now: at('10:10:00') })).toEqual(['rollout']);
  });

  it('reports a sidecar and an app of an initialised pod side by side', () => {
    const pod = aPod({
      initStatuses: [aCrashLoopingStatus({ name: 'mesh' })],
      statuses: [aContainerStatus({ name: 'app', state: waiting('ErrImagePull') })],
      containers: [aContainer({ name: 'mesh', role: 'sidecar' }), aContainer({ name: 'app' })],
      conditions: [aCondition('Initialized', 'True')],
    });
    expect(families(pod)).toEqual(['crash', 'image']);
  });

  it('reports only the sidecar that keeps the pod from starting', () => {
    const pod = aPod({
      phase: 'Pending',
      initStatuses: [aCrashLoopingStatus({ name: 'mesh' })],
      statuses: [app],
      containers: [aContainer({ name: 'mesh', role: 'sidecar' }), aContainer({ name: 'app' })],
    });
    expect(families(pod)).toEqual(['crash']);
  });
});

describe('podProblems of readiness', () => {
  const STARTED = at('10:00:00');
  const unready = (containers = [aContainer()], started = true) =>
    aPod({
      containers,
      statuses: [aContainerStatus({ ready: false, started, state: running(STARTED) })],
      readySinceAt: at('09:59:50'),
    });

  it('is patient with a pod that ends: its container is said to run until the kubelet has taken it down', () => {
    const ending = (started: boolean) =>
      aPod({
        statuses: [aContainerStatus({ ready: false, started, state: running(STARTED) })],
        conditions: [aCondition('ContainersReady', 'False', { lastTransitionAt: at('10:02:00') })],
      });
    expect(families(ending(false), { now: at('10:02:29') })).toEqual([]);
    expect(families(ending(false), { now: at('10:02:30') })).toEqual(['readiness']);
    // One that was started lost its readiness to a probe.
    expect(families(ending(true), { now: at('10:02:01') })).toEqual(['readiness']);
  });

  it('gives the readiness probe its delay and its tries', () => {
    const readiness = aProbe({ initialDelaySeconds: 20, periodSeconds: 10, failureThreshold: 3 });
    const pod = unready([aContainer({ readiness })]);
    expect(families(pod, { now: STARTED + 50 * SECOND - 1 })).toEqual([]);
    expect(problems(pod, { now: STARTED + 50 * SECOND })).toMatchObject([
      {
        family: 'readiness',
        reason: 'NotReady',
        message: 'containers with unready status: [web]',
        sinceAt: STARTED,
      },
    ]);
  });

  it('gives the startup probe its budget first', () => {
    const startup = aProbe({ periodSeconds: 10, failureThreshold: 30 });
    const pod = unready([aContainer({ startup, readiness: aProbe() })], false);
    expect(families(pod, { now: STARTED + 5 * MINUTE })).toEqual([]);
    expect(families(pod, { now: STARTED + 5 * MINUTE + 30 * SECOND })).toEqual(['readiness']);
  });

  it('reports at once a container that was ready and fell out', () => {
    const pod = aPod({
      containers: [aContainer({ readiness: aProbe() })],
      statuses: [aContainerStatus({ ready: false, started: true, state: running(at('06:00:00')) })],
      readySinceAt: at('10:04:59'),
    });
    expect(problems(pod)).toMatchObject([{ family: 'readiness', sinceAt: at('10:04:59') }]);
  });

  it('waits a moment for a container without probes', () => {
    expect(families(unready(), { now: STARTED + 10 * SECOND })).toEqual([]);
    expect(families(unready(), { now: STARTED + 30 * SECOND })).toEqual(['readiness']);
  });

  it('names a readiness gate that nobody sets', () => {
    const pod = aPod({
      readinessGates: ['target-health.elbv2.k8s.aws/x'],
      conditions: [
        aCondition('ContainersReady', 'True', { lastTransitionAt: at('10:03:00') }),
        aCondition('Ready', 'False', { reason: 'ReadinessGatesNotReady', lastTransitionAt: at('09:00:00') }),
      ],
    });
    expect(problems(pod)).toMatchObject([{ family: 'readiness', reason: 'ReadinessGatesNotReady' }]);
    expect(families(pod, { now: at('10:03:59') })).toEqual([]);
  });
});

describe('podProblems of pods and their nodes', () => {
  const down = aNode({
    conditions: [
      aCondition('Ready', 'Unknown', {
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionAt: at('10:02:00'),
      }),
    ],
  });

  it('hands all pods of a silent node to the node, whatever they still say', () => {
    const pods = [aPod(), aPod({ statuses: [aCrashLoopingStatus()] })];
    for (const pod of pods) {
      expect(problems(pod, { node: down })).toMatchObject([
        {
          family: 'node',
          owner: { kind: 'Node', name: 'node-1' },
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
          sinceAt: at('10:02:00'),
        },
      ]);
    }
  });

  it('keeps a lost pod with its workload when the node cannot be read', () => {
    const pod = aPod({ reason: 'NodeLost' });
    expect(problems(pod, { node: undefined })).toMatchObject([{ family: 'node', owner, reason: 'NodeLost' }]);
  });
});

describe('podProblems of failed pods', () => {
  it('calls what the node ended or refused an eviction', () => {
    const message = 'The node was low on resource: ephemeral-storage.';
    const pod = aPod({
      phase: 'Failed',
      reason: 'Evicted',
      message,
      statuses: [],
      readySinceAt: at('10:01:00'),
    });
    expect(problems(pod)).toMatchObject([{ family: 'eviction', reason: 'Evicted', message }]);
    expect(families(aPod({ phase: 'Failed', reason: 'OutOfcpu', statuses: [] }))).toEqual(['eviction']);
  });

  it('names the containers that ended a pod nobody restarts', () => {
    const pod = aPod({
      phase: 'Failed',
      template: { restartPolicy: 'Never' },
      statuses: [
        aContainerStatus({ name: 'a', state: terminated({ exitCode: 0 }) }),
        aContainerStatus({ name: 'b', state: terminated({ exitCode: 3, finishedAt: at('10:02:00') }) }),
      ],
    });
    expect(problems(pod)).toMatchObject([
      { family: 'crash', container: 'b', reason: 'Error', sinceAt: at('10:02:00') },
    ]);
  });

  it('says that a pod failed even when no container tells why', () => {
    expect(problems(aPod({ phase: 'Failed', statuses: [] }))).toMatchObject([
      { family: 'crash', reason: 'Failed' },
    ]);
  });
});

describe('podProblems of any pod', () => {
  it('never throws, reports a container at most once, and nothing from the future', () => {
    const now = at('13:00:00');
    fc.assert(
      fc.property(arbitraryPods, fc.constantFrom(undefined, aNode()), (pod, node) => {
        const found = podProblems(pod, { owner, node, now });
        const keys = found.map(({ container, family }) => container ?? family);
        expect(new Set(keys).size).toBe(keys.length);
        for (const problem of found) {
          expect(problem.reason).not.toBe('');
          expect(problem.sinceAt).toBeGreaterThan(0);
          expect(problem.sinceAt).toBeLessThanOrEqual(now);
        }
      }),
    );
  });

  it('keeps the family of a crash loop from crash to crash', () => {
    const moments = fc.integer({ min: 0, max: 599 });
    fc.assert(
      fc.property(
        moments,
        fc.boolean(),
        fc.integer({ min: 1, max: 50 }),
        (secondsIn, ready, restartCount) => {
          const lastTermination = terminated({ finishedAt: NOW - HOUR });
          const words = [
            aCrashLoopingStatus({ restartCount, lastTermination }),
            aContainerStatus({ restartCount, lastTermination, state: terminated(), ready: false }),
            aContainerStatus({
              restartCount,
              lastTermination,
              state: running(NOW - secondsIn * SECOND),
              ready,
            }),
            aContainerStatus({
              restartCount,
              lastTermination,
              state: waiting('ContainerCreating'),
              ready: false,
            }),
          ];
          for (const status of words) expect(families(aPod({ statuses: [status] }))).toEqual(['crash']);
        },
      ),
    );
  });
});
