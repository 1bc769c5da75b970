import type { ContainerSpec } from '#lib/model/pod-template.ts';
import type { ContainerStatus, Pod } from '#lib/model/pod.ts';
import type { ContainerSubject, DiagnosisInput } from './diagnosis-input.ts';

/** Waiting reasons of a container nobody has to explain: it has not begun, or others hold it up. */
const NOT_BEGUN = new Set(['ContainerCreating', 'PodInitializing']);

/**
 * Containers to explain, the one that blocks the others first: init containers in order, then the oldest
 * failure. A container that has just been restarted after a crash still counts while it is not ready.
 */
export function failingContainers(pod: Pod, logs: DiagnosisInput['logs']): ContainerSubject[] {
  const subjects = (statuses: readonly ContainerStatus[]) =>
    statuses.flatMap((status) => {
      const spec = pod.template.containers.find(({ name }) => name === status.name);
      return spec && isFailing(pod, spec, status) ? [subject(spec, status, logs)] : [];
    });
  return [...subjects(pod.initStatuses), ...subjects(pod.statuses).toSorted(byOldestEnd)];
}

function subject(
  spec: ContainerSpec,
  status: ContainerStatus,
  logs: DiagnosisInput['logs'],
): ContainerSubject {
  const exit = status.state.kind === 'terminated' ? status.state : status.lastTermination;
  return { spec, status, exit, log: logs.get(spec.name) ?? { lines: [], gap: 'not read' } };
}

function isFailing(pod: Pod, { role }: ContainerSpec, status: ContainerStatus): boolean {
  const { state } = status;
  switch (state.kind) {
    case 'waiting':
      return !NOT_BEGUN.has(state.reason) || (status.lastTermination?.exitCode ?? 0) !== 0;
    case 'terminated':
      return state.exitCode !== 0 || (pod.template.restartPolicy === 'Always' && role !== 'init');
    case 'running':
      if (role === 'init') return (status.lastTermination?.exitCode ?? 0) !== 0;
      return role === 'sidecar' ? !status.started || !status.ready : !status.ready || status.restartCount > 0;
  }
}

const byOldestEnd = (a: ContainerSubject, b: ContainerSubject) =>
  (a.exit?.finishedAt ?? Infinity) - (b.exit?.finishedAt ?? Infinity) || 0;
