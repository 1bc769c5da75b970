import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isObject, numberAt, objectAt, objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { epochMs } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Column } from './column.ts';
import { age, humanDuration } from './human-duration.ts';

/** The Pod printer: kubernetes/pkg/printers/internalversion/printers.go, printPod. */
export const POD_COLUMNS: readonly Column[] = [
  { name: 'Name', format: 'name', cell: ({ metadata }) => metadata.name },
  { name: 'Ready', cell: readyText },
  { name: 'Status', cell: podStatusText },
  { name: 'Restarts', cell: restartsText },
  { name: 'Age', cell: ({ metadata }, now) => age(epochMs(metadata.creationTimestamp), now) },
  { name: 'IP', priority: 1, cell: (pod) => orNone(stringAt(pod, 'status', 'podIP')) },
  { name: 'Node', priority: 1, cell: (pod) => orNone(stringAt(pod, 'spec', 'nodeName')) },
  {
    name: 'Nominated Node',
    priority: 1,
    cell: (pod) => orNone(stringAt(pod, 'status', 'nominatedNodeName')),
  },
  { name: 'Readiness Gates', priority: 1, cell: gatesText },
];

export const orNone = (text: string | undefined): string =>
  text === undefined || text === '' ? '<none>' : text;

const statuses = (pod: KubeObject): readonly JsonObject[] => objectsAt(pod, 'status', 'containerStatuses');
const initStatuses = (pod: KubeObject): readonly JsonObject[] =>
  objectsAt(pod, 'status', 'initContainerStatuses');

/** Init containers that keep running beside the others (`restartPolicy: Always`). */
function sidecars(pod: KubeObject): ReadonlySet<Json | undefined> {
  const containers = objectsAt(pod, 'spec', 'initContainers');
  return new Set(
    containers.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
}

function readyText(pod: KubeObject): string {
  const beside = sidecars(pod);
  const counted = [...statuses(pod), ...initStatuses(pod).filter(({ name }) => beside.has(name))];
  const total = objectsAt(pod, 'spec', 'containers').length + beside.size;
  return `${counted.filter(({ ready }) => ready === true).length}/${total}`;
}

function restartsText(pod: KubeObject, now: number): string {
  const beside = sidecars(pod);
  const initialising = initText(pod) !== undefined;
  const counted = initialising
    ? initStatuses(pod)
    : [...statuses(pod), ...initStatuses(pod).filter(({ name }) => beside.has(name))];
  const total = counted.reduce((sum, status) => sum + (numberAt(status, 'restartCount') ?? 0), 0);
  const finished = counted.flatMap(
    (status) => epochMs(stringAt(status, 'lastState', 'terminated', 'finishedAt')) ?? [],
  );
  if (total === 0 || finished.length === 0) return String(total);
  return `${total} (${humanDuration(now - Math.max(...finished))} ago)`;
}

/** The STATUS column. */
export function podStatusText(pod: KubeObject): string {
  const reason = initText(pod) ?? containersText(pod);
  if (pod.metadata.deletionTimestamp === undefined) return reason;
  if (stringAt(pod, 'status', 'reason') === 'NodeLost') return 'Unknown';
  const phase = stringAt(pod, 'status', 'phase');
  return phase === 'Failed' || phase === 'Succeeded' ? reason : 'Terminating';
}

/** `Init:…` of the first init container that is not done; undefined when all are. */
function initText(pod: KubeObject): string | undefined {
  const beside = sidecars(pod);
  const total = objectsAt(pod, 'spec', 'initContainers').length;
  for (const [index, status] of initStatuses(pod).entries()) {
    const { terminated, waiting } = objectAt(status, 'state');
    if (isObject(terminated) && terminated.exitCode === 0) continue;
    if (beside.has(status.name) && status.started === true) continue;
    if (isObject(terminated)) return `Init:${exitText(terminated)}`;
    const reason = stringAt(waiting, 'reason') ?? '';
    return reason === '' || reason === 'PodInitializing' ? `Init:${index}/${total}` : `Init:${reason}`;
  }
  return undefined;
}

function exitText(terminated: JsonObject): string {
  const reason = stringAt(terminated, 'reason') ?? '';
  if (reason !== '') return reason;
  const signal = numberAt(terminated, 'signal') ?? 0;
  return signal !== 0 ? `Signal:${signal}` : `ExitCode:${numberAt(terminated, 'exitCode') ?? 0}`;
}

function containersText(pod: KubeObject): string {
  const status = objectAt(pod, 'status');
  let reason = stringAt(status, 'reason') ?? stringAt(status, 'phase') ?? '';
  let isRunning = false;
  if (isGated(pod)) reason = 'SchedulingGated';
  // Backwards, so that the first container has the last word.
  for (const container of statuses(pod).toReversed()) {
    const { waiting, terminated, running } = objectAt(container, 'state');
    const waitingReason = stringAt(waiting, 'reason') ?? '';
    if (waitingReason !== '') reason = waitingReason;
    else if (isObject(terminated)) reason = exitText(terminated);
    else if (isObject(running) && container.ready === true) isRunning = true;
  }
  if (reason !== 'Completed' || !isRunning) return reason;
  return isReady(pod) ? 'Running' : 'NotReady';
}

function condition(pod: KubeObject, type: string): JsonObject | undefined {
  return objectsAt(pod, 'status', 'conditions').find((known) => known.type === type);
}

const isReady = (pod: KubeObject): boolean => condition(pod, 'Ready')?.status === 'True';
const isGated = (pod: KubeObject): boolean => condition(pod, 'PodScheduled')?.reason === 'SchedulingGated';

function gatesText(pod: KubeObject): string {
  const gates = objectsAt(pod, 'spec', 'readinessGates');
  if (gates.length === 0) return '<none>';
  const met = gates.filter(
    (gate) => condition(pod, stringAt(gate, 'conditionType') ?? '')?.status === 'True',
  );
  return `${met.length}/${gates.length}`;
}
