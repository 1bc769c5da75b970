import type { PodDisruptionBudget } from '#lib/sandbox/client/disruption-objects.ts';
import type { Condition, Pod } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { matches } from '#lib/sandbox/client/selector.ts';
import { epochMs, seconds } from '#lib/sandbox/client/time.ts';
import { targetOf, type Write } from '#lib/sandbox/client/write.ts';
import { hasEnded } from '#lib/sandbox/scheduler/snapshot.ts';
import { findCondition } from './conditions.ts';
import type { Pass } from './pass.ts';
import { isReady } from './pod-facts.ts';

/** An eviction that did not happen within this time is forgotten (DeletionTimeout). */
const DISRUPTION_MS = 120_000;

export type BudgetInput = {
  readonly budget: PodDisruptionBudget;
  /** All Pods of the namespace. */
  readonly pods: readonly Pod[];
  /** spec.replicas of the controller with this uid; undefined when there is none. */
  readonly scaleOf: (uid: string) => number | undefined;
  readonly now: number;
};

/** How many pods may go (pkg/controller/disruption/disruption.go, trySync). */
export function reconcileDisruptionBudget({ budget, pods, scaleOf, now }: BudgetInput): Pass {
  const { selector } = budget.spec;
  const selected = selector
    ? pods.filter((pod) => matches(selector, pod.metadata.labels) && !hasEnded(pod))
    : [];
  const writes: Write[] = [];
  if (selected.length === 0) writes.push(noPods(budget));
  const disruptedPods = stillDisrupted(budget, selected, now);
  const { expectedPods, desiredHealthy } = expectation(budget, selected, scaleOf);
  const currentHealthy = selected.filter(
    (pod) => isReady(pod) && !pod.metadata.deletionTimestamp && !(pod.metadata.name in disruptedPods),
  ).length;
  const spare = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
  const { conditions = [], ...before } = budget.status ?? {};
  const observedGeneration = budget.metadata.generation ?? 0;
  const next = {
    currentHealthy,
    desiredHealthy,
    disruptionsAllowed: spare,
    expectedPods,
    observedGeneration,
    ...(Object.keys(disruptedPods).length > 0 || before.disruptedPods ? { disruptedPods } : {}),
  };
  const condition = allowed(findCondition(conditions, 'DisruptionAllowed'), spare, {
    observedGeneration,
    now,
  });
  const gone = Object.keys(before.disruptedPods ?? {}).filter((name) => !(name in disruptedPods));
  if (!same(next, before) || !same([condition], conditions)) {
    const status = {
      ...next,
      conditions: [condition],
      ...(gone.length > 0
        ? { disruptedPods: { ...disruptedPods, ...Object.fromEntries(gone.map((name) => [name, null])) } }
        : {}),
    };
    const target = targetOf('PodDisruptionBudget', budget);
    writes.push({ verb: 'merge', target, subresource: 'status', patch: { status } });
  }
  const isWaiting = Object.keys(disruptedPods).length > 0;
  return { writes, ...(isWaiting ? { wakeAfterMs: DISRUPTION_MS } : {}) };
}

const noPods = (budget: PodDisruptionBudget): Write => ({
  verb: 'event',
  about: { kind: 'PodDisruptionBudget', object: budget },
  type: 'Normal',
  reason: 'NoPods',
  message: 'No matching pods found',
});

function stillDisrupted({ status }: PodDisruptionBudget, pods: readonly Pod[], now: number) {
  const present = new Set(
    pods.filter(({ metadata }) => !metadata.deletionTimestamp).map(({ metadata }) => metadata.name),
  );
  return Object.fromEntries(
    Object.entries(status?.disruptedPods ?? {}).filter(
      ([name, at]) => present.has(name) && now - epochMs(at) < DISRUPTION_MS,
    ),
  );
}

/** A plain minAvailable counts pods; everything else counts what their controllers want. */
function expectation(
  { spec: { minAvailable, maxUnavailable } }: PodDisruptionBudget,
  pods: readonly Pod[],
  scaleOf: BudgetInput['scaleOf'],
): { readonly expectedPods: number; readonly desiredHealthy: number } {
  if (maxUnavailable === undefined && typeof minAvailable === 'number')
    return { expectedPods: pods.length, desiredHealthy: minAvailable };
  const owners = new Set(
    pods.flatMap(({ metadata }) => metadata.ownerReferences?.find(({ controller }) => controller)?.uid ?? []),
  );
  const expectedPods = [...owners].reduce((sum, uid) => sum + (scaleOf(uid) ?? 0), 0);
  const desiredHealthy =
    maxUnavailable === undefined
      ? scaled(minAvailable ?? 0, expectedPods)
      : Math.max(0, expectedPods - scaled(maxUnavailable, expectedPods));
  return { expectedPods, desiredHealthy };
}

/** Percentages round up. */
const scaled = (value: number | string, total: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number.parseFloat(value) / 100) * total);

/** metav1.Condition: its message is always there, even empty. */
function allowed(
  before: Condition | undefined,
  spare: number,
  { observedGeneration, now }: { observedGeneration: number; now: number },
) {
  const status = spare > 0 ? 'True' : 'False';
  return {
    type: 'DisruptionAllowed',
    status,
    reason: spare > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    observedGeneration,
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : seconds(now),
  };
}
