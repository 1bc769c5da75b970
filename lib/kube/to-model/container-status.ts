import { masked } from '#lib/kube/mask.ts';
import type { ContainerState, ContainerStatus, Terminated } from '#lib/model/pod.ts';
import {
  asNumber,
  asText,
  asTextMap,
  asWire,
  asWires,
  epochMs,
  isWire,
  optionalNumber,
  optionalText,
  type Wire,
} from './wire.ts';

/** `atLeastAt`: the container cannot be older than this; stands in for times the kubelet left out. */
export function toContainerStatuses(value: unknown, atLeastAt: number): readonly ContainerStatus[] {
  return asWires(value).map((status) => toContainerStatus(status, atLeastAt));
}

function toContainerStatus(status: Wire, atLeastAt: number): ContainerStatus {
  const last = asWire(status['lastState'])['terminated'];
  const resources = asWire(status['resources']);
  return {
    name: asText(status['name']),
    image: asText(status['image']),
    imageId: asText(status['imageID']),
    containerId: optionalText(status['containerID']),
    ready: status['ready'] === true,
    started: status['started'] === true,
    restartCount: asNumber(status['restartCount'], 0),
    state: toState(asWire(status['state']), atLeastAt),
    lastTermination: isWire(last) ? toTerminated(last, atLeastAt) : undefined,
    actualLimits: isWire(resources['limits']) ? asTextMap(resources['limits']) : undefined,
  };
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
    containerId: optionalText(terminated['containerID']),
  };
}
