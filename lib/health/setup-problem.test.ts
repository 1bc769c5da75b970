import { describe, expect, it } from 'vitest';
import type { Pod } from '#lib/model/pod.ts';
import { aNode, anEvent } from '#lib/testing/build-cluster.ts';
import { aCondition } from '#lib/testing/build-meta.ts';
import { aContainerStatus, anUnschedulablePod, aPod, waiting } from '#lib/testing/build-pod.ts';
import { aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at, MINUTE, SECOND } from '#lib/testing/time.ts';
import { type PodContext, podProblems } from './pod-problems.ts';

const NOW = at('10:05:00');
const owner = aWorkloadRef();

const problems = (pod: Pod, context: Partial<PodContext> = {}) =>
  podProblems(pod, { owner, node: aNode(), now: NOW, ...context });
const families = (pod: Pod, context?: Partial<PodContext>) =>
  problems(pod, context).map(({ family }) => family);

describe('podProblems before a container exists', () => {
  it('takes the scheduler at its word', () => {
    const message = '0/3 nodes are available: 3 Insufficient memory.';
    expect(problems(anUnschedulablePod(message), { node: undefined })).toEqual([
      {
        family: 'scheduling',
        owner,
        pod: { name: 'web-5f7d-abcde', uid: 'shop/web-5f7d-abcde' },
        reason: 'Unschedulable',
        message,
        sinceAt: at('09:00:00'),
        restartCount: 0,
      },
    ]);
  });

  it('gives a scheduler 30 s to look at a pod, and preemption and gates a minute', () => {
    const fresh = anUnschedulablePod('', { createdAt: NOW, conditions: [] });
    expect(families(fresh, { now: NOW + 29 * SECOND })).toEqual([]);
    expect(problems(fresh, { now: NOW + 30 * SECOND })).toMatchObject([{ reason: 'NotScheduled' }]);
    const gated = anUnschedulablePod('', { createdAt: NOW, conditions: [], schedulingGates: ['queue'] });
    expect(families(gated, { now: NOW + 59 * SECOND })).toEqual([]);
    expect(problems(gated, { now: NOW + MINUTE })).toMatchObject([{ reason: 'SchedulingGated' }]);
    const nominated = anUnschedulablePod('preempting', { nominatedNodeName: 'node-2' });
    expect(families(nominated, { now: at('09:00:59') })).toEqual([]);
    expect(families(nominated, { now: at('09:01:00') })).toEqual(['scheduling']);
  });

  const creating = (sandbox: 'True' | 'False' | undefined) =>
    aPod({
      phase: 'Pending',
      acceptedAt: at('10:00:00'),
      statuses: [aContainerStatus({ state: waiting('ContainerCreating') })],
      conditions: sandbox ? [aCondition('PodReadyToStartContainers', sandbox)] : [],
    });

  it('is silent about a fresh pod that is being made', () => {
    expect(families(creating('False'), { now: at('10:00:59') })).toEqual([]);
    expect(families(creating('True'))).toEqual([]);
    expect(families(creating(undefined))).toEqual([]);
  });

  it('reports a sandbox that is not ready after a minute', () => {
    expect(problems(creating('False'), { now: at('10:01:00') })).toMatchObject([
      { family: 'sandbox', reason: 'ContainerCreating', sinceAt: at('10:00:00') },
    ]);
  });

  it('reports a failing volume with the text of its event after 20 s', () => {
    const pod = creating('False');
    const message = 'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found';
    const events = [anEvent({ about: pod, reason: 'FailedMount', message, count: 7 })];
    expect(families(pod, { events, now: at('10:00:19') })).toEqual([]);
    expect(problems(pod, { events, now: at('10:00:20') })).toMatchObject([
      { family: 'sandbox', reason: 'FailedMount', message },
    ]);
  });

  it('ignores events of other pods and normal ones', () => {
    const events = [
      anEvent({ reason: 'FailedMount', regarding: { uid: 'other' } }),
      anEvent({ about: creating('False'), type: 'Normal', reason: 'FailedMount' }),
    ];
    expect(families(creating('False'), { events, now: at('10:00:30') })).toEqual([]);
  });

  it('reports a pull that takes forever as a rollout that hangs', () => {
    expect(families(creating('True'), { now: at('10:10:00') })).toEqual(['rollout']);
  });
});
