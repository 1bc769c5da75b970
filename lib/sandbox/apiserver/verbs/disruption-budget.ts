import { numberAt, objectAt, objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { timestamp } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { disruptionRefused, internalError, StatusError } from '#lib/sandbox/apiserver/status-error.ts';
import { matches } from '#lib/sandbox/client/selector.ts';

const BUDGETS = 'poddisruptionbudgets.policy';
const RETRY_SECONDS = 10;

/**
 * The budget one eviction of this pod is taken from; undefined when none is needed
 * (registry/core/pod/storage/eviction.go). Throws 429 when nothing is left of it.
 */
export function budgetToSpend({ journal }: ServerContext, pod: KubeObject): KubeObject | undefined {
  const phase = stringAt(pod, 'status', 'phase') ?? '';
  if (phase !== 'Running' || pod.metadata.deletionTimestamp !== undefined) return undefined;
  const [budget, ...more] = journal.list(BUDGETS, pod.metadata.namespace).filter((each) => covers(each, pod));
  if (more.length > 0) {
    const why =
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new StatusError({ ...internalError(why).failure, message: why });
  }
  if (!budget || isFree(budget, pod)) return undefined;
  const { name, generation = 0 } = budget.metadata;
  const status = (field: string): number => numberAt(budget, 'status', field) ?? 0;
  if (status('observedGeneration') < Number(generation))
    throw disruptionRefused(
      `The disruption budget ${name} is still being processed by the server.`,
      RETRY_SECONDS,
    );
  if (status('disruptionsAllowed') > 0) return budget;
  const [needed, healthy] = [status('desiredHealthy'), status('currentHealthy')];
  throw disruptionRefused(
    healthy <= needed
      ? `The disruption budget ${name} needs ${needed} healthy pods and has ${healthy} currently`
      : `The disruption budget ${name} does not allow evicting pods currently`,
  );
}

function covers(budget: KubeObject, pod: KubeObject): boolean {
  const selector = objectAt(budget, 'spec', 'selector');
  return matches(selector, pod.metadata.labels);
}

/** An unready pod costs nothing while enough others are healthy. */
function isFree(budget: KubeObject, pod: KubeObject): boolean {
  const ready = objectsAt(pod, 'status', 'conditions').find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return false;
  if (stringAt(budget, 'spec', 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;
  const needed = numberAt(budget, 'status', 'desiredHealthy') ?? 0;
  return needed > 0 && (numberAt(budget, 'status', 'currentHealthy') ?? 0) >= needed;
}

/** Remembers the eviction until the controller has seen it. */
export function spendBudget({ journal, clock }: ServerContext, budget: KubeObject, pod: string): void {
  const status = objectAt(budget, 'status');
  const disruptedPods = { ...objectAt(status, 'disruptedPods'), [pod]: timestamp(clock.now()) };
  const disruptionsAllowed = (numberAt(status, 'disruptionsAllowed') ?? 0) - 1;
  journal.put(BUDGETS, { ...budget, status: { ...status, disruptedPods, disruptionsAllowed } });
}
