import { describe, expect, it } from 'vitest';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import { adoptedPod } from './adopted-pod.ts';
import { aPod, aWorld, crashesAfter, PodLife } from './pod-life.ts';
import type { World } from './record.ts';

/** The kubelet forgets everything and finds the pod again. */
function restarted(life: PodLife, world: Omit<World, 'now'>): PodLife {
  const next = new PodLife(life.pod, world);
  next.now = life.now;
  next.record = adoptedPod(life.pod, { ...world, now: life.now }) ?? next.record;
  return next;
}

const tcp = { tcpSocket: { port: 1 } };

describe('a pod found by a restarted kubelet', () => {
  it('keeps running and stays ready', () => {
    const world = aWorld({
      start: () => ({ ...crashesAfter(Infinity), listeners: [{ port: 1, fromMs: 0 }] }),
    });
    const pod = aPod({ readinessProbe: tcp, livenessProbe: tcp, startupProbe: tcp });
    const before = new PodLife(pod, world).live(60_000);
    const after = restarted(before, world).live(60_000);
    expect(after.status).toEqual(before.status);
    expect(after.events).toEqual([]);
  });

  it('goes on crashing, with its count', () => {
    const world = aWorld({ start: () => crashesAfter(2000, 1) });
    const before = new PodLife(aPod(), world).live(100_000);
    const after = restarted(before, world).live(60_000);
    const count = (life: PodLife) => life.container()?.restartCount ?? 0;
    expect(count(after)).toBeGreaterThan(count(before));
    expect(after.container()?.lastState.terminated ?? after.container()?.state.terminated).toMatchObject({
      exitCode: 1,
    });
  });

  it('is not ended by a program that would not start today', () => {
    const start = () => crashesAfter(Infinity);
    const before = new PodLife(aPod(), aWorld({ start })).live(60_000);
    const after = restarted(before, aWorld({ start: () => crashesAfter(100, 1) })).live(60_000);
    expect(after.container()).toMatchObject({ ready: true, restartCount: 0 });
  });

  it('that is over stays over', () => {
    const world = aWorld({ start: () => crashesAfter(1000, 0) });
    const before = new PodLife(aPod({}, { restartPolicy: 'Never' }), world).live(20_000);
    const after = restarted(before, world).live(60_000);
    expect(after.status).toEqual(before.status);
    expect(after.delete().live(1).finished).toBe(true);
  });

  it('that still waits for volumes begins anew', () => {
    const world = aWorld({ heldVolumes: () => [{ volume: 'v' }] });
    const before = new PodLife(aPod(), world).live(20_000);
    expect(restarted(before, aWorld()).live(5000).status.phase).toBe('Running');
  });

  it('whose init containers ran is not initialised again', () => {
    const init = aPod({}, { initContainers: [{ name: 'migrate', image: 'migrate:1' }] });
    const world = aWorld({ start: ({ name }) => crashesAfter(name === 'migrate' ? 1000 : Infinity, 0) });
    const before = new PodLife(init, world).live(20_000);
    const after = restarted(before, world).live(20_000);
    expect(after.startsOf('migrate')).toEqual([]);
    expect(after.status.phase).toBe('Running');
  });
});

it('a pod no kubelet has touched is not adopted', () => {
  const pod: Pod = aPod();
  expect(adoptedPod(pod, { ...aWorld(), now: 0 })).toBeUndefined();
});
