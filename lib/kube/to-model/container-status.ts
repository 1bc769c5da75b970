import { masked } from '#lib/kube/mask.ts';
import type { ContainerState, ContainerStatus, Terminated } from '#lib/model/pod.ts';
import type { ToModelContext } from './context.ts';
import { sameText, UNSHARED } from './meta.ts';
import {
  asNumber,
  asText,
  asTextMap,
  asWire,
  epochMs,
  isWire,
  mapWires,
  optionalNumber,
  optionalText,
  type Wire,
} from './wire.ts';

/** `atLeastAt`: the container cannot be older than this; stands in for times the kubelet left out. */
export function toContainerStatuses(
  value: unknown,
  atLeastAt: number,
  context: ToModelContext,
): readonly ContainerStatus[] {
  return mapWires(value, (status) => toContainerStatus(status, atLeastAt, context));
}

function toContainerStatus(
  status: Wire,
  atLeastAt: number,
  { values = UNSHARED, text = sameText }: ToModelContext,
): ContainerStatus {
  const last = asWire(status['lastState'])['terminated'];
  const state = toState(asWire(status['state']), atLeastAt);
  return {
    name: text(asText(status['name'])),
    image: text(asText(status['image'])),
    imageId: text(asText(status['imageID'])),
    containerId: shortId(status['containerID']),
    ready: status['ready'] === true,
    started: status['started'] === true,
    restartCount: asNumber(status['restartCount'], 0),
    // Times are whole seconds, in which siblings and the containers of a pod start together.
    state: state.kind === 'running' ? values.share(state) : state,
    lastTermination: isWire(last) ? toTerminated(last, atLeastAt) : undefined,
    actualLimits: limitsOf(status['resources'], values),
  };
}

function limitsOf(resources: unknown, values: typeof UNSHARED): ContainerStatus['actualLimits'] {
  if (!isWire(resources) || !isWire(resources['limits'])) return undefined;
  return values.once(resources, () => asTextMap(resources['limits']));
}

const ID_DIGITS = 12;

/** `containerd://3234e2b59d70…`: the digits docker and crictl show; 64 of them in each pod would be a tenth of it. */
function shortId(value: unknown): string | undefined {
  const id = optionalText(value);
  if (id === undefined) return undefined;
  const from = id.indexOf('://');
  return id.slice(from < 0 ? 0 : from + 3).slice(0, ID_DIGITS);
}

/** The API leaves `state` empty until the kubelet reports; its documented default is waiting. */
export function toState({ running, terminated, waiting }: Wire, atLeastAt: number): ContainerState {
  if (isWire(running)) return { kind: 'running', startedAt: epochMs(running['startedAt']) ?? atLeastAt };
  if (isWire(terminated)) return toTerminated(terminated, atLeastAt);
  const { reason, message } = asWire(waiting);
  return {
    kind: 'waiting',
    reason: optionalText(reason) ?? 'ContainerCreating',
    message: masked(optionalText(message)),
  };
}

function toTerminated(terminated: Wire, atLeastAt: number): Terminated {
  const startedAt = epochMs(terminated['startedAt']);
  return {
    kind: 'terminated',
    exitCode: asNumber(terminated['exitCode'], 0),
    signal: optionalNumber(terminated['signal']) || undefined,
    reason: asText(terminated['reason']),
    message: masked(optionalText(terminated['message'])),
    startedAt,
    // ContainerStatusUnknown (node restart) comes without times.
    finishedAt: epochMs(terminated['finishedAt']) ?? startedAt ?? atLeastAt,
    containerId: shortId(terminated['containerID']),
  };
}
