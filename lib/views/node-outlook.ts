import type { PodFate } from '#lib/contract/node-view.ts';
import { timeText } from '#lib/diagnosis/wording.ts';
import { conditionOf } from '#lib/health/condition-of.ts';
import type { KubeNode } from '#lib/model/node.ts';

/**
 * What happens by itself. Deletion is only asked for by the node controller; a kubelet that does not answer cannot confirm
 * it, and the pods stay Terminating. Pressure is over 5 min after the last signal of it
 * (--eviction-pressure-transition-period).
 * https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions
 */
export function nodeOutlook(node: KubeNode, fates: readonly PodFate[]): string[] {
  const ready = conditionOf(node, 'Ready');
  return [
    ...(ready?.status === 'Unknown' || !ready ? ofSilence(node) : []),
    ...(ready?.status === 'False' ? ['The node is Ready again as soon as its kubelet says so.'] : []),
    ...ofPressure(node),
    ...ofFates(fates),
    ...(node.unschedulable
      ? ['It is cordoned: no new pods come until somebody uncordons it. What runs on it goes on.']
      : []),
  ];
}

const ofSilence = ({ reportedAt }: KubeNode): string[] => [
  `${reportedAt === undefined ? 'Its kubelet has never reported.' : `Its kubelet last wrote its status at ${timeText(reportedAt)}.`} ` +
    'The node is Ready again seconds after it does; what is shown of its pods is old until then.',
];

function ofPressure(node: KubeNode): string[] {
  const pressed = node.conditions.filter(
    ({ type, status }) => type.endsWith('Pressure') && status === 'True',
  );
  if (pressed.length === 0) return [];
  return [
    'The kubelet evicts pods until enough is free, those that use more than they requested first. The node takes new pods 5 min after the pressure is over.',
  ];
}

function ofFates(fates: readonly PodFate[]): string[] {
  const due = fates.flatMap((fate) => (fate.kind === 'at' ? [fate.at] : []));
  const leaving = fates.filter(({ kind }) => kind === 'leaving').length;
  const staying = fates.filter(({ kind }) => kind === 'never').length;
  return [
    ...(due.length > 0
      ? [
          `${pods(due.length)} told to leave at ${spanText(due)}, when the tolerations run out; the controllers then make others.`,
        ]
      : []),
    ...(leaving > 0
      ? [`${pods(leaving)} told to leave already: Terminating until the kubelet confirms it.`]
      : []),
    ...(staying > 0 ? [`${pods(staying)} never told to leave: such pods tolerate the taints for ever.`] : []),
  ];
}

function spanText(times: readonly number[]): string {
  const [first, last] = [timeText(Math.min(...times)), timeText(Math.max(...times))];
  return first === last ? first : `${first} to ${last}`;
}

const pods = (count: number) => (count === 1 ? '1 pod is' : `${count} pods are`);
