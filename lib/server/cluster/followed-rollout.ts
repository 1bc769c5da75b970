import type { RolloutStatus } from '#lib/contract/actions.ts';
import type { Condition } from '#lib/model/object-meta.ts';
import type { RollingWorkload } from '#lib/model/workload.ts';
import { rolloutStatus } from '#lib/rollout/rollout-status.ts';

/** The workload right after our write. */
export type WrittenState = {
  readonly uid: string;
  readonly generation: number;
  readonly templateHash: string;
  /** `lastUpdateTime` of a ProgressDeadlineExceeded that was already there: it speaks of the rollout before ours. */
  readonly oldDeadlineAt?: number;
};

/** What to remember of a workload that was read right after the write. */
export function writtenState({ meta, template, conditions }: RollingWorkload): WrittenState {
  return {
    uid: meta.uid,
    generation: meta.generation,
    templateHash: template.hash,
    oldDeadlineAt: conditions.find(isDeadline)?.lastUpdateAt,
  };
}

const isDeadline = ({ type, reason }: Condition) =>
  type === 'Progressing' && reason === 'ProgressDeadlineExceeded';

const NO_COUNTS = { updated: 0, ready: 0, available: 0, desired: 0 };

/**
 * How the rollout that our write started stands, from the workload as the watch shows it. A later change of the
 * template is another rollout: ours is then superseded, and never called done.
 */
export function followedRollout(
  written: WrittenState,
  workload: RollingWorkload | undefined,
  revision?: number,
): RolloutStatus {
  if (!workload) {
    return { state: 'unknown', message: 'The object is not in view.', ...NO_COUNTS };
  }
  const { meta, template, replicas } = workload;
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
  // The controller clears it only when replicas move, so after an undo kubectl reports the old failure for a while:
  // https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/progress.go
  const conditions = workload.conditions.filter(
    (condition) => !(isDeadline(condition) && condition.lastUpdateAt === written.oldDeadlineAt),
  );
  return rolloutStatus({ ...workload, conditions }, revision);
}
