import { describe, expect, it } from 'vitest';
import { aCondition } from '#lib/testing/build-meta.ts';
import { aContainerStatus, aPod, terminated } from '#lib/testing/build-pod.ts';
import { podView } from './pod-view.ts';

const conditions = [
  aCondition('PodScheduled', 'True'),
  aCondition('PodReadyToStartContainers', 'False'),
  aCondition('Initialized', 'True'),
  aCondition('ContainersReady', 'False'),
  aCondition('Ready', 'False'),
];
const stuckAt = (pod: Parameters<typeof podView>[0]) =>
  podView(pod)
    .stages.filter(({ failed }) => failed)
    .map(({ name }) => name);

describe('the stages of a pod', () => {
  it('stop at the sandbox while there is none', () => {
    expect(stuckAt(aPod({ conditions, phase: 'Pending' }))).toEqual(['Sandbox']);
  });

  it('do not, when it was taken down because the pod has ended', () => {
    const statuses = [aContainerStatus({ state: terminated({ exitCode: 1 }) })];
    expect(stuckAt(aPod({ conditions, phase: 'Failed', statuses }))).toEqual(['Containers ready']);
  });
});
