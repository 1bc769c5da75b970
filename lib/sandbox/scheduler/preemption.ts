import type { PodDisruptionBudget } from '#lib/sandbox/client/disruption-objects.ts';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import { matches } from '#lib/sandbox/client/selector.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import { filtersFor, type Rejection } from './filters.ts';
import { fitError } from './fit-error.ts';
import { priorityOf, withPodsOn, type NodeInfo, type Snapshot } from './snapshot.ts';

export type Preemption =
  | { readonly node: string; readonly victims: readonly Pod[] }
  /** Why nobody is evicted. */
  | { readonly message: string };

type Candidate = { readonly info: NodeInfo; readonly victims: readonly Pod[]; readonly violations: number };

const NOT_HELPFUL = 'Preemption is not helpful for scheduling';
const NO_VICTIMS = 'No preemption victims found for incoming pod';

/**
 * Whom to evict so that a pod fits (plugins/defaultpreemption, framework/preemption): only nodes where pods are what
 * is in the way, only pods of lower priority, as few and as unimportant as possible.
 */
export function preemption(
  pod: Pod,
  snapshot: Snapshot,
  rejectedBy: ReadonlyMap<NodeInfo, Rejection>,
): Preemption {
  if (pod.spec.preemptionPolicy === 'Never')
    return { message: 'not eligible due to preemptionPolicy=Never.' };
  if (isWaitingForVictims(pod, snapshot))
    return { message: 'not eligible due to a terminating pod on the nominated node.' };
  const reasons: string[] = [];
  const candidates: Candidate[] = [];
  for (const info of snapshot.nodes) {
    const rejection = rejectedBy.get(info);
    const answer = !rejection || rejection.final ? [NOT_HELPFUL] : victimsOn(pod, snapshot, info);
    if ('victims' in answer) candidates.push(answer);
    else reasons.push(...answer);
  }
  const [best] = candidates.toSorted(byHarm);
  if (best) return { node: best.info.node.metadata.name, victims: best.victims };
  return { message: fitError(snapshot.nodes.length, reasons) };
}

/** The victims of an earlier preemption are still ending: no more are made. */
function isWaitingForVictims(pod: Pod, { nodes }: Snapshot): boolean {
  const nominated = pod.status?.nominatedNodeName;
  const info = nodes.find(({ node }) => node.metadata.name === nominated);
  return (info?.pods ?? []).some(
    (other) =>
      other.metadata.deletionTimestamp !== undefined &&
      priorityOf(other) < priorityOf(pod) &&
      (other.status?.conditions ?? []).some(
        ({ type, reason }) => type === 'DisruptionTarget' && reason === 'PreemptionByScheduler',
      ),
  );
}

/** All less important pods go in thought; then each is spared again whose presence does not hurt. */
function victimsOn(pod: Pod, snapshot: Snapshot, info: NodeInfo): Candidate | readonly string[] {
  const possible = info.pods.filter((other) => priorityOf(other) < priorityOf(pod)).toSorted(byImportance);
  if (possible.length === 0) return [NO_VICTIMS];
  const rejectionWith = (pods: readonly Pod[]): Rejection | undefined =>
    filtersFor(pod, withPodsOn(snapshot, info, pods))({ node: info.node, pods });
  let kept = info.pods.filter((other) => !possible.includes(other));
  const rejection = rejectionWith(kept);
  if (rejection) return rejection.reasons;
  const violating = violatingPods(possible, snapshot.budgets);
  const victims: Pod[] = [];
  for (const other of [...violating, ...possible.filter((each) => !violating.includes(each))]) {
    if (rejectionWith([...kept, other])) victims.push(other);
    else kept = [...kept, other];
  }
  const violations = victims.filter((victim) => violating.includes(victim)).length;
  return { info, victims: victims.toSorted(byImportance), violations };
}

/** Pods whose budget their eviction would break, taking them in order. */
function violatingPods(pods: readonly Pod[], budgets: readonly PodDisruptionBudget[]): readonly Pod[] {
  const allowed = new Map(budgets.map((budget) => [budget, budget.status?.disruptionsAllowed ?? 0]));
  return pods.filter(({ metadata }) => {
    const concerned = budgets.filter(
      ({ metadata: { namespace }, spec: { selector } }) =>
        namespace === metadata.namespace && selector && matches(selector, metadata.labels),
    );
    const left = concerned.map((budget) => {
      const rest = (allowed.get(budget) ?? 0) - 1;
      allowed.set(budget, rest);
      return rest;
    });
    return left.some((rest) => rest < 0);
  });
}

const startedAt = ({ status, metadata }: Pod): number =>
  epochMs(status?.startTime ?? metadata.creationTimestamp);

/** Higher priority first, then longer running. */
const byImportance = (a: Pod, b: Pod): number => priorityOf(b) - priorityOf(a) || startedAt(a) - startedAt(b);

/** framework/preemption pickOneNodeForPreemption: its criteria, in its order. */
function byHarm(a: Candidate, b: Candidate): number {
  const highest = ({ victims }: Candidate): number => Math.max(...victims.map(priorityOf));
  const sum = ({ victims }: Candidate): number =>
    victims.reduce((total, victim) => total + priorityOf(victim) + 2 ** 31, 0);
  const earliest = ({ victims }: Candidate): number =>
    Math.min(
      ...victims.filter((victim) => priorityOf(victim) === highest({ victims } as Candidate)).map(startedAt),
    );
  return (
    a.violations - b.violations ||
    highest(a) - highest(b) ||
    sum(a) - sum(b) ||
    a.victims.length - b.victims.length ||
    earliest(b) - earliest(a)
  );
}
