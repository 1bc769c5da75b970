import type { Evidence } from '#lib/model/finding.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { FieldChange } from '#lib/model/revision.ts';
import type { ContainerInput, ContainerSubject } from './diagnosis-input.ts';
import { clip, durationText } from './wording.ts';

const MAX_EVIDENCE = 600;

/** "status.containerStatuses[web].state.waiting" */
function statusPath({ spec }: ContainerSubject, field: string): string {
  const list = {
    init: 'initContainerStatuses',
    sidecar: 'initContainerStatuses',
    app: 'containerStatuses',
    ephemeral: 'ephemeralContainerStatuses',
  }[spec.role];
  return `status.${list}[${spec.name}].${field}`;
}

/** "spec.containers[web].image" */
export function specPath({ spec }: ContainerSubject, field: string): string {
  const list =
    spec.role === 'app' ? 'containers' : spec.role === 'ephemeral' ? 'ephemeralContainers' : 'initContainers';
  return `spec.${list}[${spec.name}].${field}`;
}

export function waitingEvidence(container: ContainerSubject): Evidence[] {
  const { state } = container.status;
  if (state.kind !== 'waiting') return [];
  const text = state.message ? `${state.reason}: ${state.message}` : state.reason;
  return [{ kind: 'field', text: clip(text, MAX_EVIDENCE), path: statusPath(container, 'state.waiting') }];
}

export function exitEvidence(container: ContainerSubject): Evidence[] {
  const { exit, status } = container;
  if (!exit) return [];
  const field = status.state.kind === 'terminated' ? 'state.terminated' : 'lastState.terminated';
  const ran =
    exit.startedAt === undefined ? 'never ran' : `ran ${durationText(exit.finishedAt - exit.startedAt)}`;
  const reason = exit.reason ? `${exit.reason}, ` : '';
  const text = `${reason}exit code ${exit.exitCode}, ${ran}, ${status.restartCount} restarts`;
  return [{ kind: 'field', text, path: statusPath(container, field), at: exit.finishedAt }];
}

export function fieldEvidence(path: string, text: string): Evidence {
  return { kind: 'field', text: clip(text, MAX_EVIDENCE), path };
}

export function eventEvidence(event: KubeEvent): Evidence {
  const times = event.count > 1 ? ` (x${event.count})` : '';
  return {
    kind: 'event',
    text: clip(`${event.reason}: ${event.message}`, MAX_EVIDENCE) + times,
    path: `events/${event.name}`,
    at: event.lastAt,
  };
}

export function logEvidence(line: { readonly at?: number; readonly text: string }): Evidence {
  return {
    kind: 'log',
    text: clip(line.text.trim(), MAX_EVIDENCE),
    ...(line.at === undefined ? {} : { at: line.at }),
  };
}

export function changeEvidence(change: FieldChange): Evidence {
  const text = `${change.path}: ${change.before ?? 'not set'} → ${change.after ?? 'not set'}`;
  return { kind: 'diff', text: clip(text, MAX_EVIDENCE), path: change.path };
}

/** Changes since the last good revision at or below one field of this container, e.g. "args". */
export function changesOf(input: ContainerInput, field: string): FieldChange[] {
  const list = input.container.spec.role === 'app' ? 'containers' : 'initContainers';
  const at = `${list}[${input.container.spec.name}].${field}`;
  return input.changes.filter(
    ({ path }) => path === at || path.startsWith(`${at}.`) || path.startsWith(`${at}[`),
  );
}

/** Events about this container of this pod (or about the pod, when the event names no container), newest first. */
export function containerEvents(input: ContainerInput, reason: string): KubeEvent[] {
  const { pod, container, events } = input;
  return events
    .filter(
      (event) =>
        event.reason === reason &&
        event.regarding.uid === pod.meta.uid &&
        (event.regarding.container ?? container.spec.name) === container.spec.name,
    )
    .toSorted((a, b) => b.lastAt - a.lastAt)
    .map(saidByItself);
}

/**
 * The kubelet puts these words before the newest of many events that differ in a detail only.
 * https://github.com/kubernetes/client-go/blob/master/tools/record/events_cache.go
 */
const COMBINED = '(combined from similar events): ';
const saidByItself = (event: KubeEvent): KubeEvent =>
  event.message.startsWith(COMBINED) ? { ...event, message: event.message.slice(COMBINED.length) } : event;
