import type { ContainerSpec } from '#lib/model/pod-template.ts';
import type { ContainerStatus, Pod } from '#lib/model/pod.ts';
import type { ContainerSubject, DiagnosisInput } from './diagnosis-input.ts';

/** Waiting reasons of a container nobody has to explain: it has not begun, or others hold it up. */
const NOT_BEGUN = new Set(['ContainerCreating', 'PodInitializing']);

/** A container that has run this long since its last crash has left the crash loop: the kubelet forgets it too. */
const RECOVERED_AFTER_MS = 10 * 60_000;

/**
 * Containers to explain, the one that blocks the others first: init containers in order, then the oldest
 * failure. A container that has just been restarted after a crash still counts while it is not ready.
 */
export function failingContainers(
  pod: Pod,
  { logs, now }: Pick<DiagnosisInput, 'logs' | 'now'>,
): ContainerSubject[] {
  const subjects = (statuses: readonly ContainerStatus[]) =>
    statuses.flatMap((status) => {
      const spec = pod.template.containers.find(({ name }) => name === status.name);
      return spec && isFailing(status, { pod, role: spec.role, now }) ? [subject(spec, status, logs)] : [];
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

type Where = { readonly pod: Pod; readonly role: ContainerSpec['role']; readonly now: number };

function isFailing(
  { state, lastTermination, ready, started }: ContainerStatus,
  { pod, role, now }: Where,
): boolean {
  const crashed = lastTermination !== undefined && lastTermination.exitCode !== 0;
  switch (state.kind) {
    case 'waiting':
      return !NOT_BEGUN.has(state.reason) || crashed;
    case 'terminated':
      return state.exitCode !== 0 || (pod.template.restartPolicy === 'Always' && role !== 'init');
    case 'running':
      if (role === 'init') return crashed;
      if (!ready || (role === 'sidecar' && !started)) return true;
      return lastTermination !== undefined && now - state.startedAt < RECOVERED_AFTER_MS;
  }
}

const byOldestEnd = (a: ContainerSubject, b: ContainerSubject) =>
  (a.exit?.finishedAt ?? Infinity) - (b.exit?.finishedAt ?? Infinity) || 0;
