import type { ContainerStatus, Pod } from '#lib/sandbox/client/objects.ts';
import type { ContainerRecord, PodRecord } from './record.ts';
import { restartsAfter } from './restart-policy.ts';

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/**
 * The phase the statuses add up to
 * (https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/kubelet_pods.go, getPhase). A terminal phase stays.
 */
export function phaseOf(pod: Pod, record: PodRecord): Phase {
  if (record.eviction) return 'Failed';
  const current = pod.status?.phase;
  if (current === 'Succeeded' || current === 'Failed') return current;
  const init = initTally(pod, record);
  if (init.failed) return 'Failed';
  const tally = mainTally(pod, record);
  if (init.isPending || init.waits || tally.waiting > 0) return 'Pending';
  if (tally.running + init.running > 0) return 'Running';
  if (tally.stopped === 0) return 'Pending';
  const isOver =
    record.worker.stage !== 'syncing' &&
    record.containers.every(({ instance }) => instance.kind !== 'running');
  if (!isOver && tally.stopped !== tally.final) return 'Running';
  return tally.stopped === tally.succeeded ? 'Succeeded' : 'Failed';
}

const endOf = ({ state, lastState }: ContainerStatus) => state.terminated ?? lastState.terminated;

function initTally(pod: Pod, { containers }: PodRecord) {
  let isPending = false;
  let failed = false;
  let running = 0;
  let waits = false;
  const hasBegun = containers.some(({ role, instance }) => role === 'main' && instance.kind !== 'none');
  for (const container of containers) {
    const status = container.shown;
    if (container.role === 'init') {
      const exit = status?.state.running ? undefined : status && endOf(status);
      if (!exit) isPending = true;
      else if (exit.exitCode !== 0 && !restartsAfter(container, pod, exit.exitCode)) failed = true;
    } else if (container.role === 'sidecar') {
      if (status?.state.running) {
        running += 1;
        if (!container.started && !hasBegun) isPending = true;
      } else if (!status || !endOf(status)) {
        waits = true;
      }
    }
  }
  return { isPending, failed, running, waits };
}

function mainTally(pod: Pod, { containers }: PodRecord) {
  const tally = { running: 0, waiting: 0, stopped: 0, succeeded: 0, final: 0 };
  for (const container of containers.filter(({ role }) => role === 'main')) {
    const { shown } = container;
    if (shown?.state.running) {
      tally.running += 1;
      continue;
    }
    const exit = shown && endOf(shown);
    if (!exit) {
      tally.waiting += 1;
      continue;
    }
    tally.stopped += 1;
    if (!restartsAfter(container, pod, exit.exitCode)) tally.final += 1;
    if (shown.state.terminated?.exitCode === 0) tally.succeeded += 1;
  }
  return tally;
}

/** Whether all init containers have done their part (status/generate.go, GeneratePodInitializedCondition). */
export function isInitialised(containers: readonly ContainerRecord[]): boolean {
  if (
    containers.some(({ role, shown }) => role === 'main' && (shown?.state.running ?? shown?.state.terminated))
  ) {
    return true;
  }
  return containers.every(isInitDone);
}

/** Whether this one does not hold up the pod any more. */
export function isInitDone({ role, shown, started }: ContainerRecord): boolean {
  if (role === 'init') return shown?.state.terminated?.exitCode === 0;
  return role !== 'sidecar' || (started && shown?.state.running !== undefined);
}
