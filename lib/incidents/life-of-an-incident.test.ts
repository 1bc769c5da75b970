import { describe, expect, it } from 'vitest';
import type { Incident } from '#lib/model/incident.ts';
import type { ContainerStatus, Pod } from '#lib/model/pod.ts';
import { podProblems } from '#lib/health/pod-problems.ts';
import {
  aContainerStatus,
  aCrashLoopingStatus,
  aPod,
  running,
  terminated,
  waiting,
} from '#lib/testing/build-pod.ts';
import { aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';
import { incidentState } from './incident-state.ts';
import { trackIncidents } from './track-incidents.ts';

const owner = aWorkloadRef();
const pod = (status: Partial<ContainerStatus>) => aPod({ statuses: [aContainerStatus(status)] });

/** What the triage list says at each step: family, state, and what changed. */
function story(steps: readonly (readonly [string, readonly Pod[]])[]): string[] {
  let incidents: readonly Incident[] = [];
  return steps.map(([time, pods]) => {
    const now = at(time);
    const problems = pods.flatMap((each) => podProblems(each, { owner, now }));
    const tracked = trackIncidents(incidents, problems, {
      cluster: 'prod',
      now,
      severityOf: () => 'warning',
    });
    ({ incidents } = tracked);
    const news = `${'+'.repeat(tracked.opened.length)}${'-'.repeat(tracked.recovered.length)}`;
    return `${news}${incidents.map((incident) => `${incident.family} ${incidentState(incident)}`).join(', ')}`;
  });
}

const crash = (finishedAt: string) => terminated({ exitCode: 1, finishedAt: at(finishedAt) });

describe('the life of an incident', () => {
  it('is one crash loop from the first exit until it has run for ten minutes', () => {
    expect(
      story([
        ['10:00:00', [pod({ state: running(at('09:00:00')) })]],
        ['10:00:01', [pod({ state: crash('10:00:01') })]],
        [
          '10:00:02',
          [pod({ state: running(at('10:00:02')), restartCount: 1, lastTermination: crash('10:00:01') })],
        ],
        [
          '10:00:05',
          [pod({ state: crash('10:00:05'), restartCount: 1, lastTermination: crash('10:00:01') })],
        ],
        ['10:00:06', [aPod({ statuses: [aCrashLoopingStatus({ delay: '10s', restartCount: 1 })] })]],
        [
          '10:00:20',
          [pod({ state: running(at('10:00:20')), restartCount: 2, lastTermination: crash('10:00:05') })],
        ],
        [
          '10:10:19',
          [pod({ state: running(at('10:00:20')), restartCount: 2, lastTermination: crash('10:00:05') })],
        ],
        [
          '10:10:20',
          [pod({ state: running(at('10:00:20')), restartCount: 2, lastTermination: crash('10:00:05') })],
        ],
        [
          '10:50:20',
          [pod({ state: running(at('10:00:20')), restartCount: 2, lastTermination: crash('10:00:05') })],
        ],
        [
          '10:50:21',
          [pod({ state: running(at('10:00:20')), restartCount: 2, lastTermination: crash('10:00:05') })],
        ],
      ]),
    ).toEqual([
      '',
      '+crash open',
      'crash open',
      'crash open',
      'crash open',
      'crash open',
      'crash recovering',
      '-crash recovered',
      'crash recovered',
      '',
    ]);
  });

  it('is one image incident while the words alternate, and is over with the pods of the bad revision', () => {
    const good = aPod({ name: 'web-old' });
    const bad = (reason: string) =>
      aPod({
        name: 'web-new',
        acceptedAt: at('09:59:59'),
        statuses: [aContainerStatus({ state: waiting(reason) })],
      });
    expect(
      story([
        ['10:00:00', [good, bad('ContainerCreating')]],
        ['10:00:02', [good, bad('ErrImagePull')]],
        ['10:00:13', [good, bad('ImagePullBackOff')]],
        ['10:00:25', [good, bad('ErrImagePull')]],
        ['10:01:00', [good]],
        ['10:05:00', [good, bad('ErrImagePull')]],
      ]),
    ).toEqual(['', '+image open', 'image open', 'image open', '-image recovered', '+image open']);
  });
});
