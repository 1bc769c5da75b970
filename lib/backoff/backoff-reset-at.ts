import type { ContainerStatus } from '#lib/model/pod.ts';
import { RESET_AFTER_MS } from './crash-loop-delay.ts';

/**
 * When the kubelet forgets the back-off of a container that runs again: 600 s after its last restart (the restart
 * decision is some seconds before `startedAt`, so never later than this). Undefined when it does not run, or was
 * never restarted: a first start leaves nothing to forget.
 */
export function backoffResetAt({ state, restartCount }: ContainerStatus): number | undefined {
  return state.kind === 'running' && restartCount > 0 ? state.startedAt + RESET_AFTER_MS : undefined;
}
