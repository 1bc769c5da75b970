import { describe, expect, it } from 'vitest';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import { aNode, aPod } from '#lib/sandbox/scheduler/test-snapshot.ts';
import { evictionMessage, nextVictim, pressureRefusal, type Usage } from './eviction.ts';
import { admissionRefusal } from './pod-admission.ts';

const MI = 2 ** 20;
const running = (name: string, requests: Record<string, string> = {}, priority = 0): Pod => ({
  ...aPod({ name, requests, priority }),
  status: {
    phase: 'Running',
    containerStatuses: [
      {
        name: 'a',
        state: { running: { startedAt: '' } },
        lastState: {},
        ready: true,
        started: true,
        restartCount: 0,
        image: '',
        imageID: '',
      },
    ],
  },
});
const uses =
  (mebibytes: Record<string, number>): Usage =>
  ({ metadata }) =>
    (mebibytes[metadata.name] ?? 0) * MI;

describe('the next victim of a pressed node', () => {
  it.each<[string, readonly Pod[], Record<string, number>, string | undefined]>([
    [
      'exceeds its request before it is big',
      [running('big', { memory: '9Gi' }), running('over', { memory: '10Mi' })],
      { big: 900, over: 20 },
      'over',
    ],
    [
      'is the less important of two that exceed',
      [running('vip', {}, 100), running('plain')],
      { vip: 900, plain: 20 },
      'plain',
    ],
    ['is the greediest of equals', [running('small'), running('large')], { small: 20, large: 30 }, 'large'],
    ['is never critical', [running('critical', {}, 2_000_001_000)], { critical: 900 }, undefined],
    ['runs', [aPod({ name: 'waiting' })], { waiting: 900 }, undefined],
  ])('%s', (_case, pods, usage, victim) =>
    expect(nextVictim(pods, 'memory', uses(usage))?.metadata.name).toBe(victim),
  );

  it('is told what it used and what it had asked for', () => {
    const pod = running('web', { 'ephemeral-storage': '10Mi' });
    expect(
      evictionMessage(pod, 'ephemeral-storage', { usage: uses({ web: 512 }), node: aNode('n') }),
    ).toMatch(
      /^The node was low on resource: ephemeral-storage\. Threshold quantity: 10737418400, available: \d+Ki\. Container a was using 512Mi, request is 10Mi, has larger consumption of ephemeral-storage\. $/,
    );
  });
});

describe('a pod at the door of a node', () => {
  const withQos = (qosClass: string): Pod => ({ ...aPod(), status: { qosClass } });

  it.each<[string, Pod, Parameters<typeof pressureRefusal>[1], string | undefined]>([
    [
      'any pod under disk pressure',
      withQos('Guaranteed'),
      ['disk'],
      'The node had condition: [DiskPressure]. ',
    ],
    [
      'best effort under memory pressure',
      withQos('BestEffort'),
      ['memory'],
      'The node had condition: [MemoryPressure]. ',
    ],
    ['no other under memory pressure alone', withQos('Burstable'), ['memory'], undefined],
    [
      'no critical one',
      { ...withQos('BestEffort'), spec: aPod({ priority: 2_000_000_000 }).spec },
      ['disk'],
      undefined,
    ],
  ])('is refused: %s', (_case, pod, pressures, message) =>
    expect(pressureRefusal(pod, pressures)?.message).toBe(message),
  );

  it.each<[string, Pod, ReturnType<typeof admissionRefusal>]>([
    ['has room', aPod({ requests: { cpu: '1' } }), undefined],
    [
      'asks for more than is left',
      aPod({ requests: { cpu: '3' } }),
      {
        reason: 'OutOfcpu',
        message: "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000",
      },
    ],
    [
      'selects other nodes',
      aPod({ nodeSelector: { disk: 'ssd' } }),
      {
        reason: 'NodeAffinity',
        message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
      },
    ],
  ])('is judged when it %s', (_case, pod, refused) =>
    expect(admissionRefusal(pod, aNode('n'), [aPod({ name: 'other', requests: { cpu: '2' } })])).toEqual(
      refused,
    ),
  );
});
