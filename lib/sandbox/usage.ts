import type { Usage, UsageSource } from './apiserver/usage-source.ts';
import type { ContainerLogs } from './logs.ts';
import { unitOf } from './random.ts';

const MIB = 2 ** 20;
const MINUTE_MS = 60_000;

/** What the sandbox's programs take, a pure function of the run and the time. */
export function createUsage(logs: ContainerLogs): UsageSource {
  return {
    container: ({ podUid, container, containerId }, at) => {
      const running = logs.running(podUid, container, containerId);
      if (!running || running.startedAt > at) return undefined;
      const elapsedMs = at - running.startedAt;
      const usual = usualUsage(containerId, elapsedMs, running.run.steadyFromMs);
      return { ...usual, ...running.run.usage?.(elapsedMs) };
    },
    node: (name, at) => ({
      cpuCores: 0.12 + 0.06 * unitOf(name, Math.floor(at / MINUTE_MS)),
      memoryBytes: (900 + 200 * unitOf(name)) * MIB,
    }),
  };
}

/** A service that is busy while it starts and then has a little to do, more in some minutes than in others. */
function usualUsage(key: string, elapsedMs: number, steadyFromMs: number): Usage {
  const minute = Math.floor(elapsedMs / MINUTE_MS);
  const isStarting = elapsedMs < steadyFromMs;
  const settled = Math.min(1, 0.7 + (0.3 * elapsedMs) / (10 * MINUTE_MS));
  return {
    cpuCores: isStarting ? 0.4 : 0.002 + 0.012 * unitOf(key, 'cpu') * (0.6 + 0.8 * unitOf(key, minute)),
    memoryBytes: Math.round((24 + 90 * unitOf(key, 'memory')) * settled * MIB),
  };
}
