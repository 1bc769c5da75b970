import type { Revision } from '#lib/model/revision.ts';
import type { Deployment } from '#lib/model/workload.ts';

/** How long all wanted replicas must have been available before a revision counts as good. */
export const GOOD_AFTER_MS = 10 * 60_000;

export type LastGoodRevision = {
  readonly revision: Revision;
  /** 'proven': was fully available for 10 min, or has ready pods now. 'unproven': the best guess. */
  readonly proof: 'proven' | 'unproven';
  /** Why this one, as a clause: "was fully available for 3 h", "has 2 ready pods now". */
  readonly because: string;
};

export type LastGoodInput = {
  readonly deployment: Deployment;
  readonly revisions: readonly Revision[];
  /** Images some container cannot pull or start right now; a revision using one is never offered. */
  readonly failingImages: ReadonlySet<string>;
};

/**
 * The revision to return to. Not kubectl's "second-highest number", which after one undo is the broken one:
 * the newest revision known to have been fully available for 10 min, else one with ready pods now (a rolling
 * update keeps the old pods while the new ones fail), else the one the Deployment says completed its rollout,
 * else the newest older one. Never the current template, never an image known to fail.
 */
export function lastGoodRevision(input: LastGoodInput): LastGoodRevision | undefined {
  const candidates = input.revisions.filter((revision) => isCandidate(revision, input));
  const current = input.revisions.find((revision) => revision.isCurrent);
  const older = candidates.filter((revision) => !current || revision.number < current.number);

  const stable = candidates.find((revision) => (revision.fullyAvailableMs ?? 0) >= GOOD_AFTER_MS);
  if (stable) return { revision: stable, proof: 'proven', because: stableClause(stable) };

  const ready = candidates.find((revision) => revision.ready > 0);
  if (ready) return { revision: ready, proof: 'proven', because: readyClause(ready.ready) };

  const completed = candidates.find(
    (revision) => revision.replicaSet === completedReplicaSet(input.deployment),
  );
  if (completed) return { revision: completed, proof: 'unproven', because: 'completed its rollout' };

  const previous = older[0] ?? candidates[0];
  return (
    previous && { revision: previous, proof: 'unproven', because: 'is the newest with another template' }
  );
}

/**
 * True when the Deployment says its current ReplicaSet completed its rollout: the failure came later, so undoing
 * the rollout is probably not the cure.
 */
export function rolloutHadCompleted(deployment: Deployment, revisions: readonly Revision[]): boolean {
  const completed = completedReplicaSet(deployment);
  return completed !== undefined && revisions.some((r) => r.isCurrent && r.replicaSet === completed);
}

function isCandidate(revision: Revision, { deployment, failingImages }: LastGoodInput): boolean {
  if (revision.isCurrent || revision.template.hash === deployment.template.hash) return false;
  return !revision.images.some((image) => failingImages.has(image));
}

/** `ReplicaSet "x" has successfully progressed.`: the only place the controller keeps that name. */
function completedReplicaSet({ conditions }: Deployment): string | undefined {
  const progressing = conditions.find((condition) => condition.type === 'Progressing');
  if (progressing?.reason !== 'NewReplicaSetAvailable') return undefined;
  return /^ReplicaSet "([^"]+)" has successfully progressed/.exec(progressing.message)?.[1];
}

const readyClause = (ready: number) => `has ${ready} ready ${ready === 1 ? 'pod' : 'pods'} now`;

function stableClause({ fullyAvailableMs = 0 }: Revision): string {
  const minutes = Math.floor(fullyAvailableMs / 60_000);
  if (minutes < 120) return `was fully available for ${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return `was fully available for ${hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`}`;
}
