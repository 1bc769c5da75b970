import type { RolloutStatus } from '#lib/contract/actions.ts';
import type { Deployment } from '#lib/model/workload.ts';
import { rolloutStatus } from '#lib/rollout/rollout-status.ts';

/** The Deployment right after our write. */
export type WrittenState = {
  readonly uid: string;
  readonly generation: number;
  readonly templateHash: string;
};

const NO_COUNTS = { updated: 0, ready: 0, available: 0, desired: 0 };

/**
 * How the rollout that our write started stands, from the Deployment as the watch shows it. A later change of the
 * template is another rollout: ours is then superseded, and never called done.
 */
export function followedRollout(written: WrittenState, deployment: Deployment | undefined): RolloutStatus {
  if (!deployment) {
    return { state: 'unknown', message: 'The Deployment is not in view.', ...NO_COUNTS };
  }
  const { meta, template, replicas } = deployment;
  const counts = {
    updated: replicas.updated,
    ready: replicas.ready,
    available: replicas.available,
    desired: replicas.desired,
  };
  if (meta.uid !== written.uid) {
    return { state: 'superseded', message: `${meta.name} was deleted and created again.`, ...counts };
  }
  // The watch is behind our own write: what it shows is still the old rollout.
  if (meta.generation < written.generation) {
    return { state: 'waiting', message: 'Waiting for the change to show.', ...counts };
  }
  if (template.hash !== written.templateHash) {
    return { state: 'superseded', message: 'Somebody changed the template again since.', ...counts };
  }
  return rolloutStatus(deployment);
}
