import type { Finding } from '#lib/model/finding.ts';
import type { Workload } from '#lib/model/workload.ts';
import { eventEvidence, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import {
  deletedPods,
  endClause,
  failureEvidence,
  type JobFailure,
  jobFailure,
  logCandidates,
  logRemedies,
} from '#lib/diagnosis/job-failure.ts';
import { rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { wayToCurrent } from '#lib/rollout/way-to-current.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/** A Job that is not tried again. Which of a CronJob's Jobs matters is told there. */
export const jobGaveUp: PodRule = (input) => {
  if (input.pod || input.owner.kind === 'CronJob') return undefined;
  for (const job of input.workloads ?? []) {
    const failure = job.kind === 'Job' ? jobFailure(job, input.siblings) : undefined;
    if (failure) return gaveUp(failure);
  }
  return undefined;
};

function gaveUp(failure: JobFailure): Finding {
  const { name, namespace } = failure.job.meta;
  return finding({
    causeId: failure.causeId,
    certainty: 'proven',
    title: failure.isLate ? 'The Job ran past its deadline' : 'The Job failed too often',
    sentence: `Job ${name} ${failure.clause}${failure.isLate ? '' : ' and is not tried again'}${endClause(failure)}.`,
    raw: failure.message,
    evidence: failureEvidence(failure, 'status.conditions[Failed]'),
    candidates: logCandidates(failure),
    unchecked: deletedPods(failure),
    remedies: [
      ...logRemedies(failure),
      {
        title: 'Mend the cause, then create the Job again',
        detail: 'A Job that failed stays failed.',
        commands: [`kubectl get job ${shellWord(name)} -n ${shellWord(namespace)} -o yaml`],
      },
    ],
  });
}

/** The deadline informs only: nothing is rolled back by it, and no pod says what is wrong. */
export const progressDeadlineExceeded: PodRule = (input) => {
  const { pod, deployment } = input;
  const condition = deployment?.conditions.find(
    ({ type, status }) => type === 'Progressing' && status === 'False',
  );
  if (pod || !deployment || condition?.reason !== 'ProgressDeadlineExceeded') return undefined;
  const { updated, desired, available } = deployment.replicas;
  return finding({
    causeId: 'progress-deadline-exceeded',
    certainty: 'likely',
    title: 'The rollout does not progress',
    sentence: `The rollout of ${deployment.meta.name} has not moved for ${deployment.progressDeadlineSeconds} s: ${updated} of ${desired} pods are new, ${available} are available.`,
    raw: condition.message,
    evidence: [fieldEvidence('status.conditions[Progressing]', `${condition.reason}: ${condition.message}`)],
    remedies: [
      ...rollbackRemedy(input),
      {
        title: 'Look at its newest ReplicaSet',
        commands: [
          `kubectl describe replicaset -n ${shellWord(deployment.meta.namespace)} -l ${labels(deployment)}`,
        ],
      },
    ],
  });
};

const labels = ({ selector }: Workload) =>
  shellWord(
    Object.entries(selector)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  );

/**
 * A rolling update waits for a broken pod of the revision before, and so never replaces it: it has to be deleted by hand.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
export const statefulSetStuck: PodRule = (input) => {
  const { pod } = input;
  const set = input.workloads?.find(({ kind }) => kind === 'StatefulSet');
  if (!pod || set?.kind !== 'StatefulSet' || set.observedGeneration < set.meta.generation) return undefined;
  const own = pod.meta.labels['controller-revision-hash'];
  const isOld = own !== undefined && set.updateRevision !== '' && own !== set.updateRevision;
  const isReady = pod.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  if (!isOld || isReady || pod.meta.deletedAt !== undefined) return undefined;
  // With OnDelete nothing waits, and what the partition keeps is made of the old revision again.
  if (set.strategy === 'OnDelete' || wayToCurrent(set, pod) !== 'delete') return undefined;
  const { name, namespace } = pod.meta;
  return finding({
    causeId: 'statefulset-stuck-on-broken-pod',
    certainty: 'likely',
    title: [`Update waits for broken ${name}`, 'The update waits for a broken pod'],
    sentence: `${set.meta.name} has a newer revision, and waits for ${name} of the old one to become ready, which it does not.`,
    evidence: [
      fieldEvidence(`pods/${name} metadata.labels[controller-revision-hash]`, own),
      fieldEvidence('status.updateRevision', set.updateRevision),
    ],
    candidates: [
      {
        causeId: 'app-error-exit',
        sentence: 'The old revision is broken as well, and the new one may mend it.',
        check: `See what ${name} says.`,
      },
    ],
    remedies: [
      {
        title: `Delete ${name}: the new one gets the new revision`,
        commands: [`kubectl delete pod ${shellWord(name)} -n ${shellWord(namespace)}`],
      },
    ],
  });
};

/** One failed daemon pod is replaced at once; this many are a loop. */
const LOOP = 3;

/** https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/daemon/daemon_controller.go (FailedDaemonPod) */
export const daemonSetFailedPods: PodRule = ({ pod, owner, events }) => {
  const event = events.find(({ reason }) => reason === 'FailedDaemonPod');
  if (pod || owner.kind !== 'DaemonSet' || !event || event.count < LOOP) return undefined;
  return finding({
    causeId: 'daemonset-failed-pod-loop',
    certainty: 'likely',
    title: 'Its pods fail again and again',
    sentence: `A pod of ${owner.name} has failed ${event.count} times on one node; the controller deletes and makes it again, up to 15 min apart.`,
    raw: event.message,
    evidence: [eventEvidence(event)],
    remedies: [{ title: 'Look at the node that refuses it', commands: ['kubectl describe nodes'] }],
  });
};
