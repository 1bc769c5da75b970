import { describe, expect, it } from 'vitest';
import type { ReplicaSet } from '#lib/model/workload.ts';
import { ownerRefTo } from '#lib/testing/build-meta.ts';
import { aContainerStatus, aPod, waiting } from '#lib/testing/build-pod.ts';
import { aDeployment, aReplicaSet } from '#lib/testing/build-workload.ts';
import { at, MINUTE } from '#lib/testing/time.ts';
import {
  type AvailabilityHistory,
  cutAvailability,
  fullyAvailableMs,
  recordAvailability,
} from './record-availability.ts';

const deployment = aDeployment({ replicas: 2 });
const replicaSet = (available: number, desired = 2): ReplicaSet =>
  aReplicaSet({ deployment, uid: 'rs', replicas: { desired, available } });
const podsReadySince = (...times: readonly string[]) =>
  times.map((time, index) =>
    aPod({ name: `web-${index}`, owner: ownerRefTo(replicaSet(2)), readySinceAt: at(time) }),
  );

const see = (
  history: AvailabilityHistory,
  time: string,
  input: Partial<Parameters<typeof recordAvailability>[1]> = {},
) =>
  recordAvailability(history, {
    workload: deployment,
    replicaSets: [replicaSet(2)],
    controllerRevisions: [],
    pods: [],
    now: at(time),
    ...input,
  });

describe('recordAvailability', () => {
  it('measures a stretch from the moment it was seen to begin', () => {
    const broken = see(new Map(), '10:00:00', { replicaSets: [replicaSet(1)] });
    expect(fullyAvailableMs(broken, 'rs', at('10:00:00'))).toBeUndefined();
    const full = see(broken, '10:01:00');
    expect(fullyAvailableMs(full, 'rs', at('10:13:00'))).toBe(12 * MINUTE);
  });

  it('keeps the longest stretch after it ended', () => {
    const full = see(see(new Map(), '10:00:00', { replicaSets: [replicaSet(0)] }), '10:01:00');
    const ended = see(full, '10:21:00', { replicaSets: [replicaSet(1)] });
    const again = see(ended, '10:30:00');
    const over = see(again, '10:35:00', { replicaSets: [replicaSet(0, 0)] });
    expect(fullyAvailableMs(ended, 'rs', at('10:25:00'))).toBe(20 * MINUTE);
    expect(fullyAvailableMs(again, 'rs', at('10:34:00'))).toBe(20 * MINUTE);
    expect(fullyAvailableMs(again, 'rs', at('11:00:00'))).toBe(30 * MINUTE);
    expect(fullyAvailableMs(over, 'rs', at('12:00:00'))).toBe(20 * MINUTE);
  });

  it('begins a stretch it finds under way with the moment its last wanted pod became ready', () => {
    const found = see(new Map(), '10:00:00', { pods: podsReadySince('09:00:00', '09:45:00') });
    expect(fullyAvailableMs(found, 'rs', at('10:00:00'))).toBe(15 * MINUTE);
  });

  it('begins now when the pods prove nothing', () => {
    const unready = aPod({
      owner: ownerRefTo(replicaSet(2)),
      statuses: [aContainerStatus({ state: waiting('ContainerCreating') })],
    });
    const foreign = aPod({ name: 'other', readySinceAt: at('08:00:00') });
    const pods = [...podsReadySince('09:00:00'), unready, foreign];
    expect(fullyAvailableMs(see(new Map(), '10:00:00', { pods }), 'rs', at('10:01:00'))).toBe(MINUTE);
  });

  it('does not let pods speak for a time it saw otherwise', () => {
    const broken = see(new Map(), '10:00:00', { replicaSets: [replicaSet(1)] });
    const full = see(broken, '10:01:00', { pods: podsReadySince('09:00:00', '09:00:00') });
    expect(fullyAvailableMs(full, 'rs', at('10:02:00'))).toBe(MINUTE);
  });

  it('does not count a ReplicaSet that is scaled down, or a Deployment that wants nothing', () => {
    const partly = see(new Map(), '10:00:00', { replicaSets: [replicaSet(1, 1)] });
    const nothing = see(new Map(), '10:00:00', {
      workload: aDeployment({ replicas: 0 }),
      replicaSets: [replicaSet(0, 0)],
    });
    expect(fullyAvailableMs(partly, 'rs', at('11:00:00'))).toBeUndefined();
    expect(fullyAvailableMs(nothing, 'rs', at('11:00:00'))).toBeUndefined();
  });

  it('returns the same history while nothing changes, and forgets ReplicaSets that are gone', () => {
    const full = see(new Map(), '10:00:00');
    expect(see(full, '10:05:00')).toBe(full);
    const gone = see(full, '10:06:00', { replicaSets: [] });
    expect(gone.size).toBe(0);
    expect(fullyAvailableMs(gone, 'rs', at('10:06:00'))).toBeUndefined();
  });
});

describe('cutAvailability', () => {
  it('counts a lasting stretch up to the cut, and starts anew when it is seen again', () => {
    const watched = see(see(new Map(), '10:00:00'), '10:01:00');
    const cut = cutAvailability(watched, at('10:01:00'));
    expect(fullyAvailableMs(cut, 'rs', at('10:30:00'))).toBe(MINUTE);
    const again = see(cut, '10:30:00');
    expect(fullyAvailableMs(again, 'rs', at('10:33:00'))).toBe(3 * MINUTE);
  });
});
