import type { DaemonSet, Deployment, RollingWorkload, StatefulSet } from '#lib/model/workload.ts';

export type WorkloadRolloutStatus = {
  readonly state: 'waiting' | 'progressing' | 'done' | 'failed';
  /** kubectl's own words. */
  readonly message: string;
  readonly revision?: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  readonly desired: number;
};

type Verdict = Pick<WorkloadRolloutStatus, 'state' | 'message'>;

/**
 * `kubectl rollout status`, same order of questions, same words. `revision`: the number of the current one, where it is known.
 * https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollout_status.go
 */
export function rolloutStatus(workload: RollingWorkload, revision?: number): WorkloadRolloutStatus {
  const { desired, updated, ready, available } = workload.replicas;
  const counts = { updated, ready, available, desired };
  const observed = workload.meta.generation <= workload.observedGeneration;
  if (!observed) {
    // The revision still is that of the rollout before this change.
    const message = `Waiting for ${WORDS[workload.kind]} spec update to be observed...`;
    return { state: 'waiting', message, ...counts };
  }
  const number = workload.kind === 'Deployment' ? workload.revision : revision;
  return { ...verdict(workload), revision: number || undefined, ...counts };
}

const WORDS: Readonly<Record<RollingWorkload['kind'], string>> = {
  Deployment: 'deployment',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemon set',
};

function verdict(workload: RollingWorkload): Verdict {
  switch (workload.kind) {
    case 'Deployment':
      return ofDeployment(workload);
    case 'StatefulSet':
      return workload.strategy === 'OnDelete' ? onDelete(workload) : ofStatefulSet(workload);
    case 'DaemonSet':
      return workload.strategy === 'OnDelete' ? onDelete(workload) : ofDaemonSet(workload);
  }
}

function ofDeployment({ meta, replicas, conditions }: Deployment): Verdict {
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

function ofStatefulSet({ replicas, partition }: StatefulSet): Verdict {
  const { desired, updated, ready } = replicas;
  if (ready < desired)
    return { state: 'progressing', message: `Waiting for ${desired - ready} pods to be ready...` };
  const wanted = desired - partition;
  return updated < wanted
    ? {
        state: 'progressing',
        message: `Waiting for partitioned roll out to finish: ${updated} out of ${wanted} new pods have been updated...`,
      }
    : { state: 'done', message: `partitioned roll out complete: ${updated} new pods have been updated...` };
}

function ofDaemonSet({ meta, replicas }: DaemonSet): Verdict {
  const { desired, updated, available } = replicas;
  const subject = `daemon set ${JSON.stringify(meta.name)}`;
  const waiting = (what: string) =>
    ({ state: 'progressing', message: `Waiting for ${subject} rollout to finish: ${what}...` }) as const;
  if (updated < desired) return waiting(`${updated} out of ${desired} new pods have been updated`);
  if (available < desired) return waiting(`${available} of ${desired} updated pods are available`);
  return { state: 'done', message: `${subject} successfully rolled out` };
}

/** Of these kubectl says nothing: it takes somebody to delete the pods. */
function onDelete({ replicas }: StatefulSet | DaemonSet): Verdict {
  const { desired, updated, ready } = replicas;
  if (updated < desired) {
    const message = `${updated} of ${desired} pods are new; with OnDelete the others change when they are deleted.`;
    return { state: 'progressing', message };
  }
  return ready < desired
    ? { state: 'progressing', message: `All ${desired} pods are new, ${ready} are ready.` }
    : { state: 'done', message: `All ${desired} pods are new and ready.` };
}
