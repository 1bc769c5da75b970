import type { ContainerStateStatus } from '#lib/sandbox/client/objects.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import type { ContainerRecord } from './record.ts';

/** What the API shows for a container (its default is waiting). */
export function shownState(record: ContainerRecord): ContainerStateStatus {
  const { state, latestExit, isInit } = record;
  switch (state.kind) {
    case 'fresh':
      return { waiting: { reason: isInit ? 'PodInitializing' : 'ContainerCreating' } };
    case 'pulling':
      return state.shown;
    case 'blocked':
      return { waiting: { reason: state.reason, message: state.message } };
    case 'running':
      return { running: { startedAt: seconds(state.startedAt) } };
    case 'exited':
      return state.shown ?? { terminated: latestExit };
    case 'back-off':
      return { waiting: { reason: 'CrashLoopBackOff', message: state.message } };
  }
}
