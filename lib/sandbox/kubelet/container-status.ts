import type {
  ContainerSpec,
  ContainerStateStatus,
  ContainerStatus,
  Pod,
} from '#lib/sandbox/client/objects.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import { parseImage } from '#lib/sandbox/image-reference.ts';
import type { ContainerRecord } from './record.ts';
import { shouldStart } from './restart-policy.ts';

/**
 * A container as a status made now shows it
 * (https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/kubelet_pods.go, convertToAPIContainerStatuses).
 */
export function containerStatus(record: ContainerRecord, pod: Pod): ContainerStatus {
  const { spec, instance, latestExit, previousExit, instances, reason, imageId, shown } = record;
  const exists = instance.kind !== 'none';
  const id = instance.kind === 'running' ? instance.containerId : latestExit?.containerID;
  const own = stateOf(record, pod);
  // What a start failed with hides the state of a container that should be running.
  const waits = reason !== undefined && shouldStart(record, pod);
  const state: ContainerStateStatus = waits ? { waiting: reason } : own;
  const last =
    own.terminated && waits ? latestExit : own.running ? latestExit : own.terminated && previousExit;
  const common = {
    name: spec.name,
    state,
    lastState: last ? { terminated: last } : (!exists && shown?.lastState) || {},
    ready: false,
    started: false,
    restartCount: Math.max(0, instances - 1),
  };
  const mounts = mountsOf(spec);
  if (!exists) return { ...common, image: spec.image, imageID: '', ...mounts };
  const image = parseImage(instance.kind === 'running' ? (instance.run.image ?? spec.image) : spec.image);
  return {
    ...common,
    image: image?.full ?? spec.image,
    imageID: imageId,
    ...(id ? { containerID: id } : {}),
    resources: spec.resources ?? {},
    ...(spec.resources?.requests ? { allocatedResources: spec.resources.requests } : {}),
    ...mounts,
  };
}

function mountsOf({ volumeMounts = [] }: ContainerSpec): Pick<ContainerStatus, 'volumeMounts'> {
  if (volumeMounts.length === 0) return {};
  return {
    volumeMounts: volumeMounts.map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      ...(readOnly ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
    })),
  };
}

function stateOf({ instance, latestExit }: ContainerRecord, { spec }: Pod): ContainerStateStatus {
  if (instance.kind === 'running') return { running: { startedAt: seconds(instance.startedAt) } };
  if (instance.kind === 'exited') return { terminated: latestExit };
  const isInitialising = (spec.initContainers ?? []).length > 0;
  return { waiting: { reason: isInitialising ? 'PodInitializing' : 'ContainerCreating' } };
}

/** A shown status with what the probers say now: they do not wait for the next status. */
export function liveStatus({ role, shown, started, ready }: ContainerRecord): ContainerStatus | undefined {
  if (!shown) return undefined;
  const runs = shown.state.running !== undefined;
  const isStarted = runs && (started || role === 'init' || role === 'ephemeral');
  const isDone = role === 'init' && shown.state.terminated?.exitCode === 0;
  const counts = role === 'main' || role === 'sidecar';
  return { ...shown, started: isStarted, ready: isDone || (counts && isStarted && ready) };
}
