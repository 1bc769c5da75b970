import { describe, expect, it } from 'vitest';
import type { Problem } from '#lib/model/problem.ts';
import { aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';
import { type SeverityInput, severityOf } from './severity.ts';

const problem: Problem = {
  family: 'crash',
  owner: aWorkloadRef(),
  reason: 'CrashLoopBackOff',
  sinceAt: at('10:00:00'),
  restartCount: 3,
};
const severity = (input: Partial<SeverityInput>) =>
  severityOf({
    family: 'crash',
    ownerKind: 'Deployment',
    problems: [problem],
    replicas: { ready: 2, desired: 3 },
    ...input,
  });

describe('severityOf', () => {
  it.each<[string, Partial<SeverityInput>, string]>([
    ['reduced but serving', {}, 'warning'],
    [
      'still at full strength while the new revision fails',
      { replicas: { ready: 3, desired: 3 } },
      'warning',
    ],
    ['no ready pod remains', { replicas: { ready: 0, desired: 3 } }, 'critical'],
    [
      'a service has no endpoint',
      {
        services: [
          { ready: 2, total: 2 },
          { ready: 0, total: 1 },
        ],
      },
      'critical',
    ],
    ['services are served', { services: [{ ready: 2, total: 3 }] }, 'warning'],
    ['capacity is lost and nothing retries', { isFinal: true }, 'critical'],
    [
      'nothing retries, but nothing is lost',
      { isFinal: true, replicas: { ready: 3, desired: 3 } },
      'warning',
    ],
    ['a node is gone', { family: 'node', ownerKind: 'Node', replicas: undefined }, 'critical'],
    ['a Job gave up', { family: 'job', ownerKind: 'Job', replicas: undefined }, 'notice'],
    ['a Job still tries', { ownerKind: 'Job', replicas: undefined }, 'warning'],
    ['a CronJob cannot pull', { family: 'image', ownerKind: 'CronJob', replicas: undefined }, 'warning'],
    ['the runs of a CronJob fail', { family: 'job', ownerKind: 'CronJob', replicas: undefined }, 'warning'],
    [
      'a CronJob is suspended',
      { family: 'job', ownerKind: 'CronJob', problems: [{ ...problem, reason: 'Suspended' }] },
      'notice',
    ],
    ['scaled to nothing', { replicas: { ready: 0, desired: 0 } }, 'notice'],
    ['a bare pod crash-loops', { ownerKind: 'Pod', replicas: { ready: 0, desired: 1 } }, 'critical'],
    [
      'a bare pod ended for good',
      { ownerKind: 'Pod', replicas: { ready: 0, desired: 1 }, isFinal: true },
      'notice',
    ],
    [
      'a bare pod cannot be placed',
      { family: 'scheduling', ownerKind: 'Pod', replicas: { ready: 0, desired: 1 }, isFinal: true },
      'critical',
    ],
    ['the replicas cannot be known', { replicas: undefined }, 'unknown'],
    ['everything runs again', { problems: [{ ...problem, stableSinceAt: at('10:04:00') }] }, 'notice'],
    [
      'one of two runs again',
      { problems: [problem, { ...problem, stableSinceAt: at('10:04:00') }] },
      'warning',
    ],
    [
      'a queue holds the pods back',
      { problems: [{ ...problem, family: 'scheduling', reason: 'SchedulingGated' }] },
      'notice',
    ],
  ])('when %s', (_case, input, expected) => expect(severity(input)).toBe(expected));
});
