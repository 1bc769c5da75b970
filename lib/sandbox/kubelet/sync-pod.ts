import type { ContainerStatus, Pod } from '#lib/sandbox/client/objects.ts';
import type { ContainerRecord, KubeletEvent, PodRecord, World } from './record.ts';
import { shownState } from './shown-state.ts';
import { fieldPathOf, stopping, type Sync } from './sync.ts';
import { syncContainer } from './sync-container.ts';

export type PodSync = {
  readonly record: PodRecord;
  readonly events: readonly KubeletEvent[];
  /** Epoch ms; Infinity when only a change of the pod can move it. */
  readonly wakeAt: number;
  /** The pod is being deleted and nothing of it runs any more. */
  readonly finished: boolean;
};

/** Brings one pod's containers up to `world.now`: pure, so that every transition can be tested on a table. */
export function syncPod(pod: Pod, given: PodRecord, world: World): PodSync {
  const events: KubeletEvent[] = [];
  let wakeAt = Infinity;
  const sync: Sync = {
    pod,
    world,
    ip: given.ip,
    pulls: given.pulls,
    emit: (event) => events.push(event),
    wakeAt: (at) => (wakeAt = Math.min(wakeAt, at)),
  };
  if (pod.metadata.deletionTimestamp) {
    const containers = given.containers.map((container) => stop(container, sync));
    const finished = containers.every(({ state }) => state.kind !== 'running');
    return { record: { ...given, containers }, events, wakeAt, finished };
  }
  if (world.now < given.sandboxReadyAt) {
    return { record: given, events, wakeAt: given.sandboxReadyAt, finished: false };
  }
  const containers: ContainerRecord[] = [];
  let mayRun = true;
  let initialised = true;
  for (const container of given.containers) {
    const synced = syncContainer(container, sync, container.isInit ? mayRun : initialised);
    containers.push(synced);
    if (!container.isInit) continue;
    const done = synced.state.kind === 'exited' && synced.latestExit?.exitCode === 0;
    mayRun &&= done;
    initialised &&= done;
  }
  return { record: { ...given, containers, pulls: sync.pulls }, events, wakeAt, finished: false };
}

function stop(container: ContainerRecord, sync: Sync): ContainerRecord {
  const { state, spec } = container;
  if (state.kind !== 'running') return container;
  if (state.kill) return syncContainer(container, sync, false);
  sync.emit({
    type: 'Normal',
    reason: 'Killing',
    message: `Stopping container ${spec.name}`,
    fieldPath: fieldPathOf(container),
  });
  const { deletionGracePeriodSeconds, deletionTimestamp } = sync.pod.metadata;
  const grace = deletionTimestamp ? (deletionGracePeriodSeconds ?? 30) : 30;
  return syncContainer({ ...container, state: stopping(state, grace * 1000, sync.world.now) }, sync, false);
}

/** A container as `status.containerStatuses` shows it. */
export function containerStatus(record: ContainerRecord, podInitialising: boolean): ContainerStatus {
  const { spec, state, latestExit, previousExit, instances, imageId, ready, started } = record;
  const fresh = state.kind === 'fresh' && podInitialising;
  const shown = fresh ? { waiting: { reason: 'PodInitializing' } } : shownState(record);
  const previous = shown.terminated ? previousExit : latestExit;
  const containerID = state.kind === 'running' ? state.containerId : latestExit?.containerID;
  return {
    name: spec.name,
    state: shown,
    lastState: previous ? { terminated: previous } : {},
    ready: ready || (record.isInit && latestExit?.exitCode === 0 && state.kind === 'exited'),
    started: started && state.kind === 'running',
    restartCount: Math.max(0, instances - 1),
    image: spec.image,
    imageID: instances > 0 ? imageId : '',
    ...(containerID ? { containerID } : {}),
  };
}
