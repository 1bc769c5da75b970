import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod } from '#lib/model/pod.ts';
import { aNode, anEvent } from '#lib/testing/build-cluster.ts';
import { aCondition } from '#lib/testing/build-meta.ts';
import {
  aContainerStatus,
  aCrashLoopingStatus,
  anUnschedulablePod,
  aPod,
  terminated,
  waiting,
} from '#lib/testing/build-pod.ts';
import { aContainer, aProbe } from '#lib/testing/build-template.ts';
import { at } from '#lib/testing/time.ts';
import { type AttemptInput, nextAttempt } from './next-attempt.ts';
import { podNextAttempt } from './pod-next-attempt.ts';

const NOW = at('10:01:00');

const attempt = (pod: Pod, input: Partial<AttemptInput> = {}) =>
  nextAttempt({ pod, status: pod.statuses[0], events: [], node: aNode(), now: NOW, ...input });

const withState = (status: Partial<ContainerStatus>) => aPod({ statuses: [aContainerStatus(status)] });
const untimed = (text: string) => ({ kind: 'untimed', text });

describe('nextAttempt', () => {
  it('is nothing for a healthy pod', () => expect(attempt(aPod())).toBeUndefined());

  it('counts down a crash loop with the version of its node', () => {
    const pod = aPod({ statuses: [aCrashLoopingStatus({ delay: '2m40s' })] });
    expect(attempt(pod)).toMatchObject({ earlyAt: at('10:02:41'), lateAt: at('10:03:11') });
    const old = aNode({ kubeletVersion: 'v1.32.4' });
    expect(attempt(pod, { node: old })).toMatchObject({ lateAt: at('10:02:56') });
    expect(attempt(pod, { node: undefined })).toMatchObject({ lateAt: at('10:03:11') });
  });

  it('shows the coming restart between a crash and the next sync', () => {
    const pod = withState({ restartCount: 1, state: terminated({ finishedAt: at('10:00:58') }) });
    expect(attempt(pod)).toMatchObject({ what: 'restart', attempt: 2, earlyAt: at('10:01:08') });
  });

  it('counts the pulls of the image as the spec names it', () => {
    const pod = aPod({
      statuses: [aContainerStatus({ image: 'docker.io/library/x:1', state: waiting('ImagePullBackOff') })],
      containers: [aContainer({ image: 'x:1' })],
    });
    const events = [
      anEvent({
        about: pod,
        reason: 'Failed',
        message: 'Failed to pull image "x:1": nope',
        count: 2,
        lastAt: NOW,
      }),
    ];
    expect(attempt(pod, { events })).toMatchObject({ what: 'pull', attempt: 3, earlyAt: at('10:01:20') });
  });

  it('widens a pull when another container crash-loops on a kubelet that naps', () => {
    const pod = aPod({
      statuses: [
        aContainerStatus({ state: waiting('ImagePullBackOff') }),
        aCrashLoopingStatus({ name: 'api' }),
      ],
    });
    const observed = { failedAt: [NOW] };
    expect(attempt(pod, { observed })).toMatchObject({ earlyAt: at('10:01:10'), lateAt: at('10:02:40') });
    const node = aNode({ kubeletVersion: 'v1.32.4' });
    expect(attempt(pod, { observed, node })).toMatchObject({ lateAt: at('10:01:25') });
  });

  it.each([
    'CreateContainerConfigError',
    'CreateContainerError',
    'ErrImageNeverPull',
    'InvalidImageName',
    'ImageInspectError',
  ])('tries %s again at every sync', (reason) => {
    expect(attempt(withState({ state: waiting(reason) }))).toEqual(untimed('every sync, 10-15 s'));
  });

  it('has no clock for scheduling', () => {
    expect(attempt(anUnschedulablePod('0/3 nodes are available'))).toEqual(untimed('on node change'));
  });

  it.each([
    '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
    '0/3 nodes are available: persistentvolumeclaim "data" not found.',
    "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind.",
  ])('waits for a claim: %s', (message) => {
    expect(attempt(anUnschedulablePod(message))).toEqual(untimed('on claim change'));
  });

  it('knows that a gated pod waits for whoever set the gate', () => {
    const pod = anUnschedulablePod('', { schedulingGates: ['kueue.x-k8s.io/admission'] });
    expect(attempt(pod)).toEqual(untimed('never by itself'));
  });

  it('knows that a failed pod is over', () => {
    expect(attempt(aPod({ phase: 'Failed', reason: 'Evicted' }))).toEqual(untimed('never by itself'));
  });

  it('is nothing for pods that completed or are being deleted', () => {
    const statuses = [aCrashLoopingStatus()];
    expect(attempt(aPod({ phase: 'Succeeded', statuses }))).toBeUndefined();
    expect(attempt(aPod({ statuses, deletedAt: NOW }))).toBeUndefined();
  });

  it('does not count down on a node that is silent', () => {
    const node = aNode({ conditions: [aCondition('Ready', 'Unknown')] });
    const pod = aPod({ statuses: [aCrashLoopingStatus()] });
    expect(attempt(pod, { node })).toEqual(untimed('when node-1 reports again'));
  });

  it.each([
    ['FailedMount', 'within 2m2s'],
    ['FailedAttachVolume', 'within 2m2s'],
    ['FailedCreatePodSandBox', 'every sync, 10-15 s'],
    ['NetworkNotReady', 'every 1-2 s'],
  ])('knows the rhythm behind the event %s', (reason, text) => {
    const pod = withState({ state: waiting('ContainerCreating') });
    const events = [
      anEvent({ about: pod, reason }),
      anEvent({ type: 'Normal', reason: 'Scheduled', lastAt: NOW }),
    ];
    expect(attempt(pod, { events })).toEqual(untimed(text));
  });

  it('is nothing while a pod is being made without complaint', () => {
    expect(attempt(withState({ state: waiting('ContainerCreating') }))).toBeUndefined();
    expect(attempt(aPod({ statuses: [] }), { status: undefined })).toBeUndefined();
  });

  it('names the rhythm of the probe that keeps a container unready', () => {
    const pod = aPod({
      statuses: [aContainerStatus({ ready: false, started: true })],
      containers: [
        aContainer({ readiness: aProbe({ periodSeconds: 5 }), startup: aProbe({ periodSeconds: 30 }) }),
      ],
    });
    expect(attempt(pod)).toEqual(untimed('probed every 5 s'));
    const starting = { ...pod, statuses: [aContainerStatus({ ready: false, started: false })] };
    expect(attempt(starting)).toEqual(untimed('probed every 30 s'));
  });

  it.each([
    ['Never', 1, 0, untimed('never by itself')],
    ['Never', 0, 0, undefined],
    ['OnFailure', 0, 0, undefined],
    ['Never', 1, 2, { kind: 'timed', attempt: 3 }],
    ['OnFailure', 1, 0, { kind: 'timed', attempt: 1 }],
    ['Always', 0, 0, { kind: 'timed', attempt: 1 }],
  ] as const)(
    'with policy %s, exit code %d and %d restarts behind it',
    (restartPolicy, exitCode, restartCount, expected) => {
      const pod = aPod({
        statuses: [aContainerStatus({ restartCount, state: terminated({ exitCode }) })],
        template: { restartPolicy },
      });
      if (expected === undefined) expect(attempt(pod)).toBeUndefined();
      else expect(attempt(pod)).toMatchObject(expected);
    },
  );

  it('is nothing for a reason nobody knows', () => {
    expect(attempt(withState({ state: waiting('SomethingNew') }))).toBeUndefined();
  });
});

describe('podNextAttempt', () => {
  it('follows the init container that blocks the others', () => {
    const pod = aPod({
      initStatuses: [aCrashLoopingStatus({ name: 'migrate', delay: '40s', restartCount: 3 })],
      statuses: [aContainerStatus({ state: waiting('PodInitializing') })],
    });
    expect(podNextAttempt({ pod, events: [], node: aNode(), now: NOW })).toMatchObject({ delayMs: 40_000 });
  });

  it('takes the soonest of several containers and hands each its own failures', () => {
    const pod = aPod({
      statuses: [
        aContainerStatus({ name: 'a', image: 'a:1', state: waiting('ImagePullBackOff') }),
        aContainerStatus({ name: 'b', image: 'b:1', state: waiting('ImagePullBackOff') }),
      ],
    });
    const observed = (container: string) => ({ failedAt: [container === 'a' ? NOW : NOW - 5000] });
    expect(podNextAttempt({ pod, events: [], node: aNode(), now: NOW, observed })).toMatchObject({
      earlyAt: NOW + 5000,
    });
  });

  it('answers for a pod without statuses', () => {
    const pod = anUnschedulablePod('0/3 nodes are available');
    expect(podNextAttempt({ pod, events: [], now: NOW })).toEqual(untimed('on node change'));
  });

  it('passes sidecars that started and init containers that ended well', () => {
    const pod = aPod({
      initStatuses: [
        aContainerStatus({ name: 'setup', state: terminated({ exitCode: 0 }) }),
        aContainerStatus({ name: 'mesh' }),
      ],
      statuses: [aCrashLoopingStatus({ delay: '20s', restartCount: 2 })],
    });
    expect(podNextAttempt({ pod, events: [], node: aNode(), now: NOW })).toMatchObject({ delayMs: 20_000 });
  });
});
