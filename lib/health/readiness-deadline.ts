import type { ContainerSpec, Probe } from '#lib/model/pod-template.ts';

/** Without probes a started container is ready at the kubelet's next sync. */
export const NO_PROBE_MS = 30_000;

/**
 * Until when a container that started at `startedAt` may be unready without anything being wrong: the budget of its
 * startup probe, then that of its readiness probe.
 */
export function readinessDeadline(spec: ContainerSpec | undefined, startedAt: number): number {
  const budgetMs = budget(spec?.startup) + budget(spec?.readiness);
  return startedAt + Math.max(budgetMs, NO_PROBE_MS);
}

function budget(probe: Probe | undefined): number {
  if (!probe) return 0;
  return (probe.initialDelaySeconds + probe.periodSeconds * probe.failureThreshold) * 1000;
}
