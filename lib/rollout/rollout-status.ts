import type { Deployment } from '#lib/model/workload.ts';

export type DeploymentRolloutStatus = {
  readonly state: 'waiting' | 'progressing' | 'done' | 'failed';
  /** kubectl's own words. */
  readonly message: string;
  readonly revision?: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  readonly desired: number;
};

/**
 * `kubectl rollout status` of a Deployment, same order of questions, same words.
 * https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollout_status.go
 */
export function rolloutStatus(deployment: Deployment): DeploymentRolloutStatus {
  const { desired, updated, ready, available } = deployment.replicas;
  const counts = { updated, ready, available, desired };
  const observed = deployment.meta.generation <= deployment.observedGeneration;
  if (!observed) {
    // The revision annotation still names the rollout before this change.
    return { state: 'waiting', message: 'Waiting for deployment spec update to be observed...', ...counts };
  }
  return { ...verdict(deployment), revision: deployment.revision || undefined, ...counts };
}

function verdict({
  meta,
  replicas,
  conditions,
}: Deployment): Pick<DeploymentRolloutStatus, 'state' | 'message'> {
  const { desired, current, updated, available } = replicas;
  const subject = `deployment ${JSON.stringify(meta.name)}`;
  const waiting = (what: string) =>
    ({ state: 'progressing', message: `Waiting for ${subject} rollout to finish: ${what}...` }) as const;

  const progressing = conditions.find((condition) => condition.type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return { state: 'failed', message: `${subject} exceeded its progress deadline` };
  }
  if (updated < desired) return waiting(`${updated} out of ${desired} new replicas have been updated`);
  if (current > updated) return waiting(`${current - updated} old replicas are pending termination`);
  if (available < updated) return waiting(`${available} of ${updated} updated replicas are available`);
  return { state: 'done', message: `${subject} successfully rolled out` };
}
