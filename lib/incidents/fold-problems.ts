import { FAILURE_FAMILIES, type FailureFamily, type Problem } from '#lib/model/problem.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';

/** Problems of one owner and family, and what follows from them. */
export type ProblemGroup = {
  readonly owner: WorkloadRef;
  readonly family: FailureFamily;
  readonly problems: readonly Problem[];
  readonly consequences: readonly Problem[];
  /** Families that cannot have an incident of their own beside this one, whether they have problems now or not. */
  readonly absorbs: readonly FailureFamily[];
};

/**
 * Which family carries the consequences when an owner has several: the one that comes first on a pod's way. Families
 * that are not consequences stay incidents of their own.
 */
const RANK: Readonly<Record<FailureFamily, number>> = {
  job: 0,
  node: 1,
  admission: 2,
  scheduling: 3,
  sandbox: 4,
  config: 5,
  image: 6,
  crash: 7,
  eviction: 8,
  readiness: 9,
  rollout: 10,
};

/**
 * Groups problems by owner and family. One rule folds: what a failure brings about in the same owner is no incident
 * of its own. Not being ready and not progressing follow from everything that keeps containers from running; not
 * progressing also follows from not being ready; the exits of a Job's pods belong to the Job once it gave up. A crash
 * that is only remembered (everything runs again) brings nothing about.
 */
export function foldProblems(problems: readonly Problem[]): readonly ProblemGroup[] {
  const byOwner = Map.groupBy(problems, ({ owner }) =>
    JSON.stringify([owner.kind, owner.namespace, owner.name]),
  );
  return [...byOwner.keys()].toSorted().flatMap((key) => foldOwner(byOwner.get(key) ?? []));
}

function foldOwner(problems: readonly Problem[]): readonly ProblemGroup[] {
  const byFamily = Map.groupBy(problems.toSorted(byPlace), ({ family }) => family);
  const families = [...byFamily.keys()].toSorted((a, b) => RANK[a] - RANK[b]);
  const active = families.filter((family) =>
    byFamily.get(family)?.some(({ stableSinceAt }) => !stableSinceAt),
  );
  const primaries = families.filter((family) => !active.some((other) => isConsequence(family, other)));
  const explained = FAILURE_FAMILIES.filter(
    (family) => !primaries.includes(family) && active.some((other) => isConsequence(family, other)),
  );
  const folded = families.filter((family) => !primaries.includes(family));
  return primaries.map((family, index) => ({
    owner: ownerOf(problems),
    family,
    problems: unique(byFamily.get(family) ?? []),
    consequences: index === 0 ? unique(folded.flatMap((other) => byFamily.get(other) ?? [])) : [],
    absorbs: index === 0 ? explained : [],
  }));
}

function isConsequence(family: FailureFamily, of: FailureFamily): boolean {
  if (family === 'readiness') return RANK[of] < RANK.eviction;
  if (family === 'rollout') return RANK[of] < RANK.eviction || of === 'readiness';
  return family === 'crash' && of === 'job';
}

/** A guessed owner has no uid; one that was read wins. */
function ownerOf(problems: readonly Problem[]): WorkloadRef {
  const owners = problems
    .map(({ owner }) => owner)
    .toSorted((a, b) => (a.uid < b.uid ? 1 : a.uid > b.uid ? -1 : 0));
  return owners[0] as WorkloadRef; // a group is never empty
}

function unique(sorted: readonly Problem[]): readonly Problem[] {
  return sorted.filter(
    (problem, index) => index === 0 || placeOf(problem) !== placeOf(sorted[index - 1] as Problem),
  );
}

const placeOf = ({ family, pod, container }: Problem) =>
  JSON.stringify([family, pod?.name ?? '', pod?.uid ?? '', container ?? '']);

/** By place, and within one place earliest first, so that a doubled report cannot depend on its order. */
function byPlace(a: Problem, b: Problem): number {
  const [left, right] = [placeOf(a), placeOf(b)];
  if (left !== right) return left < right ? -1 : 1;
  return a.sinceAt - b.sinceAt || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
}
