import type { Revision } from '#lib/model/revision.ts';
import type { Deployment, RollingWorkload } from '#lib/model/workload.ts';

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
  readonly workload: RollingWorkload;
  readonly revisions: readonly Revision[];
  /** The revision that fails; the current one unless told otherwise. */
  readonly failing?: Revision;
  /** Images some container cannot pull or start right now; a revision using one is never offered. */
  readonly failingImages: ReadonlySet<string>;
};

/**
 * The revision to return to. Not kubectl's "second-highest number", which after one undo is the broken one:
 * the newest revision known to have been fully available for 10 min, else one with ready pods now (a rolling
 * update keeps the old pods while the new ones fail), else the one the controller says this update began from, else the
 * newest older one. Never the template that fails, never an image known to fail, never one that came after the failing one:
 * what came later cannot be what worked before.
 */
export function lastGoodRevision(input: LastGoodInput): LastGoodRevision | undefined {
  const failing = input.failing ?? input.revisions.find((revision) => revision.isCurrent);
  const candidates = input.revisions.filter((revision) => isCandidate(revision, failing, input));
  const older = candidates.filter((revision) => !failing || revision.number < failing.number);

  const stable = candidates.find((revision) => (revision.fullyAvailableMs ?? 0) >= GOOD_AFTER_MS);
  if (stable) return { revision: stable, proof: 'proven', because: stableClause(stable) };

  const ready = candidates.find((revision) => revision.ready > 0);
  if (ready) return { revision: ready, proof: 'proven', because: readyClause(ready.ready) };

  const before = origin(input.workload);
  const known = before && candidates.find(({ name }) => name === before.name);
  if (known) return { revision: known, proof: 'unproven', because: before.because };

  const previous = older[0] ?? candidates[0];
  return (
    previous && { revision: previous, proof: 'unproven', because: 'is the newest with another template' }
  );
}

/**
 * True when the controller says that the current revision completed its rollout: the failure came later, so undoing
 * the rollout is probably not the cure. A StatefulSet has nothing to update from at first, and then says the same; and a DaemonSet
 * never says it: for them only what was seen counts, or a revision before.
 */
export function rolloutHadCompleted(workload: RollingWorkload, revisions: readonly Revision[]): boolean {
  const current = revisions.find(({ isCurrent }) => isCurrent);
  if (!current) return false;
  if (workload.kind === 'Deployment') return current.name === completedReplicaSet(workload);
  if ((current.fullyAvailableMs ?? 0) > 0) return true;
  const isUpdateOver =
    workload.kind === 'StatefulSet' &&
    workload.currentRevision === current.name &&
    workload.updateRevision === current.name;
  const cameAfterOthers = !current.wasReturnedTo && revisions.some(({ number }) => number < current.number);
  return isUpdateOver && cameAfterOthers;
}

function isCandidate(
  revision: Revision,
  failing: Revision | undefined,
  { workload, failingImages }: LastGoodInput,
): boolean {
  if (revision.images.some((image) => failingImages.has(image))) return false;
  if (!failing) return revision.template.hash !== workload.template.hash;
  if (revision.uid === failing.uid || revision.template.hash === failing.template.hash) return false;
  if (failing.isCurrent) return revision.template.hash !== workload.template.hash;
  return revision.number < failing.number || revision.createdAt < failing.createdAt;
}

/** The revision an update began from, as far as the controller's status tells. */
function origin(workload: RollingWorkload): { readonly name: string; readonly because: string } | undefined {
  if (workload.kind === 'Deployment') {
    const name = completedReplicaSet(workload);
    return name === undefined ? undefined : { name, because: 'completed its rollout' };
  }
  if (workload.kind === 'DaemonSet' || workload.currentRevision === workload.updateRevision) return undefined;
  return { name: workload.currentRevision, because: 'is the one this update began from' };
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
