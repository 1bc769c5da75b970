import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '#lib/sandbox/client/objects.ts';
import type { Run } from '#lib/sandbox/programs/program.ts';
import { aPod, aWorld, crashesAfter, PodLife, runsForEver } from './pod-life.ts';

const deleted = (run: Run, grace = 30, container: Partial<ContainerSpec> = {}) =>
  new PodLife(aPod(container), aWorld({ start: () => run })).live(60_000).delete(grace);
const exitOf = (life: PodLife) => life.container()?.state.terminated;

describe('a pod that is deleted', () => {
  it('gets SIGTERM, and is finished when its containers have ended and their end was seen', () => {
    const life = deleted(runsForEver).live(400);
    expect(life.events.at(-1)).toMatchObject({ reason: 'Killing', message: 'Stopping container app' });
    expect(life.finished).toBe(false);
    life.live(200);
    expect(exitOf(life)?.exitCode).toBe(0);
    expect(life.live(1000).finished).toBe(true);
  });

  it.each([
    ['leaves politely', { afterMs: 2000, code: 0 }, 0, 2],
    ['dies of SIGTERM', { afterMs: 0, code: 143 }, 143, 0],
    ['ignores SIGTERM', undefined, 137, 10],
    ['takes longer than its grace period', { afterMs: 60_000, code: 0 }, 137, 10],
  ] as const)('that %s ends with its own exit code', (_how, stop, exitCode, seconds) => {
    const life = deleted({ ...runsForEver, stop }, 10);
    const at = life.now;
    life.live(15_000);
    expect(exitOf(life)?.exitCode).toBe(exitCode);
    expect(Date.parse(exitOf(life)?.finishedAt ?? '') - at).toBe(seconds * 1000);
  });

  it('runs its preStop hook first, on the same grace period', () => {
    const preStop = { sleep: { seconds: 4 } };
    const life = deleted({ ...runsForEver, stop: undefined }, 10, { lifecycle: { preStop } });
    const at = life.now;
    life.live(15_000);
    expect(exitOf(life)?.exitCode).toBe(137);
    expect(Date.parse(exitOf(life)?.finishedAt ?? '') - at).toBe(10_000);
  });

  it('still has two seconds after a preStop hook that used up everything, and is told that it failed', () => {
    const preStop = { exec: { command: ['/drain'] } };
    const run: Run = { ...runsForEver, stop: undefined, exec: () => ({ code: 1, tookMs: 60_000 }) };
    const life = deleted(run, 10, { lifecycle: { preStop } });
    const at = life.now;
    life.live(15_000);
    expect(life.secondsOf('FailedPreStopHook', 'PreStopHook failed')).toHaveLength(1);
    expect(Date.parse(exitOf(life)?.finishedAt ?? '') - at).toBe(12_000);
  });

  it('does not restart a container that was waiting in its back-off', () => {
    const life = new PodLife(aPod(), aWorld({ start: () => crashesAfter(100) })).live(25_000);
    const restarts = life.startsOf('app').length;
    expect(life.delete().live(60_000).finished).toBe(true);
    expect(life.startsOf('app')).toHaveLength(restarts);
  });

  it('is not probed for its liveness any more', () => {
    const livenessProbe = { tcpSocket: { port: 1 }, periodSeconds: 1, failureThreshold: 100 };
    const run: Run = { ...runsForEver, stop: { afterMs: 9000, code: 0 } };
    const life = deleted(run, 30, { livenessProbe });
    const before = life.secondsOf('Unhealthy').length;
    expect(life.live(8000).secondsOf('Unhealthy')).toHaveLength(before);
  });

  it('whose volumes never came goes at once', () => {
    const heldVolumes = () => [{ volume: 'v', error: 'configmap "x" not found' }];
    const life = new PodLife(aPod(), aWorld({ heldVolumes })).live(10_000).delete().live(2000);
    expect(life.finished).toBe(true);
    expect(life.secondsOf('Killing')).toEqual([]);
  });
});
