import type { Pod } from '#lib/sandbox/client/objects.ts';
import { hookOutcome } from './hooks.ts';
import type { ContainerRecord, Instance, Kill, KubeletEvent, PodRecord, Task } from './record.ts';
import { fieldPathOf, say, withContainer, type Sync } from './sync.ts';

type Running = Extract<Instance, { kind: 'running' }>;
type KillTask = Extract<Task, { do: 'kill' }>;

/** Nothing is killed without at least this long to end by itself (kuberuntime_manager.go). */
const LEAST_GRACE_MS = 2000;

/**
 * Begins to stop containers: preStop hook, SIGTERM, SIGKILL when the grace period is over. In a pod with sidecars these
 * go last, the newest first (kuberuntime_container.go, killContainer; kuberuntime_termination_order.go).
 */
export function beginKill(record: PodRecord, task: KillTask, sync: Sync): PodRecord {
  const targets = record.containers.filter(
    ({ spec, instance }) => instance.kind === 'running' && (task.ordered || task.names.includes(spec.name)),
  );
  const graceMs = graceOf(sync.pod, task);
  let freeAt = 0;
  let next = record;
  // Sidecars wait for all others, and each for those declared after it.
  const order = [
    ...targets.filter(({ role }) => role !== 'sidecar'),
    ...targets.filter(({ role }) => role === 'sidecar').toReversed(),
  ];
  for (const container of order) {
    if (container.instance.kind !== 'running' || container.instance.kill) continue;
    const message = task.message ?? `Stopping container ${container.spec.name}`;
    say(container, sync, { type: 'Normal', reason: 'Killing', message });
    const notBefore = task.ordered && container.role === 'sidecar' ? freeAt : 0;
    const kill = killOf(container, container.instance, { graceMs, notBefore, ip: record.ip, sync });
    next = withContainer(next, { ...container, instance: { ...container.instance, kill } });
    freeAt = Math.max(freeAt, endOf({ ...container.instance, kill }));
  }
  return next;
}

/** What is said of containers whose pod is gone from the API before they were told to stop. */
export function lastEvents({ containers }: PodRecord): readonly KubeletEvent[] {
  return containers
    .filter(({ instance }) => instance.kind === 'running' && !instance.kill)
    .map((container) => ({
      type: 'Normal',
      reason: 'Killing',
      message: `Stopping container ${container.spec.name}`,
      fieldPath: fieldPathOf(container),
    }));
}

/** Whether everything a kill is about has ended. */
export function isKilled(record: PodRecord, task: KillTask, { wakeAt }: Sync): boolean {
  let isDone = true;
  for (const { spec, instance } of record.containers) {
    if (instance.kind !== 'running' || !(task.ordered || task.names.includes(spec.name))) continue;
    isDone = false;
    wakeAt(endOf(instance));
  }
  return isDone;
}

/** When a running instance ends as things are: by itself or by its kill. Infinity: never. */
export function endOf({ run, startedAt, kill }: Running): number {
  return Math.min(run.exit ? startedAt + run.exit.afterMs : Infinity, kill?.exitAt ?? Infinity);
}

function graceOf({ metadata, spec }: Pod, { graceMs }: KillTask): number {
  if (metadata.deletionGracePeriodSeconds !== undefined) return metadata.deletionGracePeriodSeconds * 1000;
  return graceMs ?? (spec.terminationGracePeriodSeconds ?? 30) * 1000;
}

type Terms = {
  readonly graceMs: number;
  readonly notBefore: number;
  readonly ip: string;
  readonly sync: Sync;
};

function killOf(
  container: ContainerRecord,
  instance: Running,
  { graceMs, notBefore, ip, sync }: Terms,
): Kill {
  const { now } = sync.world;
  const preStop = container.spec.lifecycle?.preStop;
  let waitedMs = 0;
  if (preStop && graceMs > 0) {
    const hook = hookOutcome(preStop, container, { atMs: now - instance.startedAt, ip });
    waitedMs = Math.min(hook.tookMs, graceMs);
    if (hook.error !== undefined) {
      say(container, sync, { type: 'Warning', reason: 'FailedPreStopHook', message: 'PreStopHook failed' });
    }
  }
  if (notBefore > now + waitedMs) waitedMs = Math.min(graceMs, notBefore - now);
  const left = Math.max(LEAST_GRACE_MS, graceMs - Math.floor(waitedMs / 1000) * 1000);
  const termAt = now + waitedMs;
  const { stop } = instance.run;
  const isPolite = stop !== undefined && stop.afterMs < left;
  return {
    termAt,
    exitAt: termAt + (isPolite ? stop.afterMs : left),
    exitCode: isPolite ? stop.code : 137,
  };
}
