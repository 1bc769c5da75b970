import type { Finding } from '#lib/model/finding.ts';
import type { Pod, Terminated } from '#lib/model/pod.ts';
import type { Workload } from '#lib/model/workload.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { eventEvidence, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { wayToCurrent } from '#lib/rollout/way-to-current.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

const conditionOf = ({ conditions }: Workload, type: string) =>
  conditions.find((condition) => condition.type === type && condition.status === 'True');

/**
 * The Job controller gave up, and says at which limit; its pods say why they failed, if they still exist.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/job/job_controller.go
 */
export const jobGaveUp: PodRule = (input) => {
  if (input.pod) return undefined;
  for (const job of input.workloads ?? []) {
    const failed =
      job.kind === 'Job' ? (conditionOf(job, 'Failed') ?? conditionOf(job, 'FailureTarget')) : undefined;
    if (failed && job.kind === 'Job')
      return gaveUp(input, { job, reason: failed.reason, message: failed.message });
  }
  return undefined;
};

const LIMITS: ReadonlySet<string> = new Set([
  'BackoffLimitExceeded',
  'FailedIndexes',
  'MaxFailedIndexesExceeded',
  'PodFailurePolicy',
]);

function gaveUp(
  input: DiagnosisInput,
  { job, reason, message }: { job: Workload & { kind: 'Job' }; reason: string; message: string },
): Finding | undefined {
  const isLate = reason === 'DeadlineExceeded';
  if (!isLate && !LIMITS.has(reason)) return undefined;
  const last = lastFailure(input.siblings);
  const name = job.meta.name;
  const namespace = shellWord(job.meta.namespace);
  return finding({
    causeId: isLate ? 'job-deadline-exceeded' : 'job-backoff-limit-exceeded',
    certainty: 'proven',
    title: isLate ? 'The Job ran past its deadline' : 'The Job failed too often',
    sentence: isLate
      ? `Job ${name} ran longer than its activeDeadlineSeconds and was ended.`
      : `Job ${name} failed ${job.failed} times (limit ${job.backoffLimit}) and is not tried again${last ? `; its last pod ended with exit code ${last.exit.exitCode}` : ''}.`,
    raw: message,
    evidence: [
      fieldEvidence('status.conditions[Failed]', `${reason}: ${message}`),
      ...(last
        ? [
            {
              ...fieldEvidence(
                `pods/${last.pod} status.containerStatuses[${last.container}].state.terminated`,
                `${last.exit.reason}, exit code ${last.exit.exitCode}`,
              ),
              at: last.exit.finishedAt,
            },
          ]
        : []),
    ],
    candidates: last
      ? [
          {
            causeId: 'app-error-exit',
            sentence: `Why its pods fail is in the log of ${last.pod}.`,
            check: `Read the log of ${last.pod}.`,
          },
        ]
      : [],
    unchecked: last ? [] : [{ what: 'Its pods, which are deleted, and their logs with them' }],
    remedies: [
      ...(last
        ? [
            {
              title: 'Read the log of its last pod',
              commands: [
                `kubectl logs ${shellWord(last.pod)} -n ${namespace} -c ${shellWord(last.container)}`,
              ],
            },
          ]
        : []),
      {
        title: 'Mend the cause, then create the Job again',
        detail: 'A Job that failed stays failed.',
        commands: [`kubectl get job ${shellWord(name)} -n ${namespace} -o yaml`],
      },
    ],
  });
}

type Failure = { readonly pod: string; readonly container: string; readonly exit: Terminated };

function lastFailure(pods: readonly Pod[]): Failure | undefined {
  return pods
    .flatMap(({ meta, initStatuses, statuses }) =>
      [...initStatuses, ...statuses].flatMap(({ name, state, lastTermination }): Failure[] => {
        const exit = state.kind === 'terminated' ? state : lastTermination;
        return exit && exit.exitCode !== 0 ? [{ pod: meta.name, container: name, exit }] : [];
      }),
    )
    .toSorted((a, b) => b.exit.finishedAt - a.exit.finishedAt)[0];
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
