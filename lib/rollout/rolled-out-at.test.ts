import { describe, expect, it } from 'vitest';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import { ownerRefTo } from '#lib/testing/build-meta.ts';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { aPod } from '#lib/testing/build-pod.ts';
import { aDeployment, aReplicaSet } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';
import { rolledOutAt } from './rolled-out-at.ts';

const deployment = aDeployment({ name: 'web', template: { hash: 'a' }, revision: 3 });
const replicaSet = (name: string, createdAt: string, rest: { revision: number; pastRevisions?: number[] }) =>
  aReplicaSet({ deployment, name, createdAt: at(createdAt), template: { hash: name }, ...rest });
const back = replicaSet('web-a', '01:00:00', { revision: 3, pastRevisions: [1] });
const broken = replicaSet('web-b', '02:00:00', { revision: 2 });
const scaled = (message: string, time: string): KubeEvent =>
  anEvent({ reason: 'ScalingReplicaSet', message, lastAt: at(time) });
const traces = (events: readonly KubeEvent[]) => ({ replicaSets: [back, broken], events, pods: [] });

describe('rolledOutAt', () => {
  it('is the creation of a revision that never was another one', () => {
    expect(rolledOutAt(broken, traces([]))).toBe(at('02:00:00'));
  });

  it('is when the controller called back what was rolled back to, in the words of old and new versions', () => {
    for (const from of ['', ' from 0']) {
      const events = [
        scaled(`Scaled up replica set web-a${from} to 2`, '01:00:00'),
        scaled(`Scaled up replica set web-b${from} to 1`, '02:00:00'),
        scaled('Scaled down replica set web-a from 1 to 0', '02:01:00'),
        scaled(`Scaled up replica set web-a${from} to 1`, '03:00:00'),
        scaled('Scaled up replica set web-a from 1 to 2', '03:00:05'),
      ];
      expect(rolledOutAt(back, traces(events))).toBe(at('03:00:00'));
    }
  });

  it('does not take the first life of the other one, called back in its turn, for its second', () => {
    const again = { ...broken, revision: 4, pastRevisions: [2] };
    const events = [
      scaled('Scaled up replica set web-b from 0 to 1', '02:00:00'),
      scaled('Scaled down replica set web-b from 1 to 0', '03:00:05'),
      scaled('Scaled up replica set web-b from 0 to 3', '04:00:00'),
    ];
    const both = { replicaSets: [{ ...back, pastRevisions: [1] }, again], events, pods: [] };
    expect(rolledOutAt(again, both)).toBe(at('04:00:00'));
  });

  it('falls back on its oldest pod when the events have expired', () => {
    const pod = (name: string, time: string) => aPod({ name, owner: ownerRefTo(back), createdAt: at(time) });
    const pods = [pod('web-a-2', '03:10:00'), pod('web-a-1', '03:00:01'), pod('web-a-0', '01:00:00')];
    expect(rolledOutAt(back, { ...traces([]), pods })).toBe(at('03:00:01'));
  });

  it('is not known without any trace, and other texts are none', () => {
    const events = [
      scaled('Scaled up replica set web-ab from 0 to 1', '03:00:00'),
      scaled('Réplica web-a agrandie', '03:00:00'),
      anEvent({
        reason: 'Other',
        message: 'Scaled up replica set web-a from 0 to 1',
        lastAt: at('03:00:00'),
      }),
    ];
    expect(rolledOutAt(back, traces(events))).toBeUndefined();
  });
});
