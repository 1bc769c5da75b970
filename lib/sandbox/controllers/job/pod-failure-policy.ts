import type { ContainerStatus, Pod } from '#lib/sandbox/client/objects.ts';
import type { JobSpec, PodFailureRule } from '#lib/sandbox/client/workload-objects.ts';

/** What spec.podFailurePolicy says about a failed Pod: whether it counts, and why the whole Job fails if it does. */
export type PolicyMatch = { readonly counts: boolean; readonly failsJob?: string };

/** The first rule that matches decides (job/pod_failure_policy.go, matchPodFailurePolicy). */
export function policyMatch({ podFailurePolicy }: JobSpec, pod: Pod): PolicyMatch {
  const subject = `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
  for (const [index, rule] of (podFailurePolicy?.rules ?? []).entries()) {
    const why = matched(rule, pod, subject);
    if (why === undefined) continue;
    if (rule.action === 'Ignore') return { counts: false };
    if (rule.action !== 'FailJob') return { counts: true };
    return { counts: true, failsJob: `${why} matching FailJob rule at index ${index}` };
  }
  return { counts: true };
}

function matched(
  { onExitCodes, onPodConditions }: PodFailureRule,
  { status }: Pod,
  subject: string,
): string | undefined {
  if (onExitCodes) {
    const { containerName, operator, values } = onExitCodes;
    const fits = ({ name, state }: ContainerStatus) =>
      (containerName ?? name) === name &&
      state.terminated !== undefined &&
      state.terminated.exitCode !== 0 &&
      values.includes(state.terminated.exitCode) === (operator === 'In');
    const found = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].find(fits);
    return found
      ? `Container ${found.name} for pod ${subject} failed with exit code ${found.state.terminated?.exitCode ?? 0}`
      : undefined;
  }
  const condition = status?.conditions?.find(({ type, status: value }) =>
    (onPodConditions ?? []).some((pattern) => pattern.type === type && (pattern.status ?? 'True') === value),
  );
  return condition ? `Pod ${subject} has condition ${condition.type}` : undefined;
}
