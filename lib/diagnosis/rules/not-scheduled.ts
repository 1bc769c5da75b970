import type { Pod } from '#lib/model/pod.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { durationText, listText } from '#lib/diagnosis/wording.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

const placed = ({ conditions }: Pod) => conditions.find(({ type }) => type === 'PodScheduled');

/** Who sets and clears the gates that are common; the rest is named as it is. */
const GATE_OWNERS: Readonly<Record<string, string>> = {
  'kueue.x-k8s.io/admission': 'Kueue',
  'kueue.x-k8s.io/topology': 'Kueue',
  'karpenter.sh/unregistered': 'Karpenter',
};

/**
 * A gate holds the pod back on purpose: no scheduler looks at it until whoever set the gate removes it.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/pod-scheduling-readiness/
 */
export const schedulingGated: PodRule = ({ pod, now }) => {
  if (!pod || pod.nodeName || pod.schedulingGates.length === 0) return undefined;
  const gates = listText(pod.schedulingGates);
  const owner = pod.schedulingGates.map((gate) => GATE_OWNERS[gate]).find((found) => found !== undefined);
  const condition = placed(pod);
  return finding({
    causeId: 'scheduling-gated',
    certainty: 'proven',
    title: [`Held back by gate ${gates}`, 'Held back by a scheduling gate'],
    sentence: `The pod has waited ${durationText(now - pod.meta.createdAt)} for ${owner ?? 'its controller'} to remove the scheduling gate ${gates}.`,
    raw: condition?.message,
    evidence: [
      fieldEvidence('spec.schedulingGates', gates),
      ...(condition
        ? [fieldEvidence('status.conditions[PodScheduled]', `${condition.reason}: ${condition.message}`)]
        : []),
    ],
    remedies: [
      {
        title: 'Ask whoever set the gate',
        detail: 'Nothing happens by itself in Kubernetes: the gate has to be removed by its owner.',
        commands: [`kubectl get pod ${shellWord(pod.meta.name)} -n ${shellWord(pod.meta.namespace)} -o yaml`],
      },
    ],
  });
};

/** A scheduler answers within seconds. */
const UNSEEN_MS = 30_000;

/**
 * No scheduler has said a word about the pod: the one it names does not run, or none does. A pod that was looked at has
 * the PodScheduled condition.
 */
export const schedulerMissing: PodRule = ({ pod, now, events }) => {
  if (!pod || pod.nodeName || pod.schedulingGates.length > 0 || placed(pod) || pod.phase !== 'Pending')
    return undefined;
  if (now - pod.meta.createdAt < UNSEEN_MS) return undefined;
  const isSeen = events.some(
    ({ regarding, reason }) => regarding.uid === pod.meta.uid && /Schedul/.test(reason),
  );
  if (isSeen) return undefined;
  const name = pod.template.schedulerName;
  const isOwn = name !== 'default-scheduler';
  return finding({
    causeId: 'scheduler-missing',
    certainty: isOwn ? 'likely' : 'possible',
    title: [`No scheduler ${name} looks at it`, 'No scheduler looks at the pod'],
    sentence: `The pod has waited ${durationText(now - pod.meta.createdAt)}, and scheduler ${name} has not looked at it: it does not seem to run.`,
    evidence: [
      fieldEvidence('spec.schedulerName', name),
      fieldEvidence('status.conditions', 'No PodScheduled condition, and no event of a scheduler'),
    ],
    candidates: isOwn ? [] : [CLUSTER_STANDS],
    remedies: [
      {
        title: isOwn ? `Start ${name}, or correct schedulerName` : 'Look at the scheduler',
        commands: ['kubectl get pods -n kube-system', 'kubectl get leases -n kube-system'],
      },
    ],
  });
};

const CLUSTER_STANDS = {
  causeId: 'no-nodes',
  sentence: 'The control plane may be down or starting.',
  check: 'See whether any new pod of the cluster gets a node.',
};

/** https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/scheduler/scheduler.go (ErrNoNodesAvailable) */
const NO_NODES = /^(?:no nodes available to schedule pods|0\/0 nodes are available)/;

export const noNodes: PodRule = ({ pod, nodes }) => {
  const condition = pod && !pod.nodeName ? placed(pod) : undefined;
  if (condition?.status !== 'False' || !NO_NODES.test(condition.message)) return undefined;
  return finding({
    causeId: 'no-nodes',
    certainty: 'proven',
    title: 'The cluster has no nodes',
    sentence: 'The cluster has no node a pod could run on.',
    raw: condition.message,
    evidence: [fieldEvidence('status.conditions[PodScheduled]', condition.message), ...seen(nodes)],
    remedies: [{ title: 'Add a node', commands: ['kubectl get nodes'] }],
  });
};

const seen = (nodes: DiagnosisInput['nodes']) =>
  nodes.length > 0 ? [fieldEvidence('nodes', `${nodes.length} nodes exist by now`)] : [];
