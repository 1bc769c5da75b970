import type { KubeNode, Taint } from '#lib/model/node.ts';
import type { NodeRequirement, NodeTerm, PodSpec, Toleration } from '#lib/model/pod-template.ts';

/**
 * The nodes that the pod's own selector and required affinity leave. The others are no candidates: nothing about them
 * says why the pod waits.
 * https://github.com/kubernetes/component-helpers/blob/v0.35.4/scheduling/corev1/nodeaffinity/nodeaffinity.go
 */
export function admittedNodes(
  { nodeSelector, nodeTerms }: Pick<PodSpec, 'nodeSelector' | 'nodeTerms'>,
  nodes: readonly KubeNode[],
): readonly KubeNode[] {
  const wanted = Object.entries(nodeSelector);
  return nodes.filter(
    (node) =>
      wanted.every(([key, value]) => node.meta.labels[key] === value) &&
      (nodeTerms.length === 0 || nodeTerms.some((term) => isMatch(term, node))),
  );
}

function isMatch({ labels, fields }: NodeTerm, { meta }: KubeNode): boolean {
  if (labels.length === 0 && fields.length === 0) return false;
  return (
    labels.every((requirement) => holds(requirement, meta.labels[requirement.key])) &&
    fields.every((requirement) => requirement.key === 'metadata.name' && holds(requirement, meta.name))
  );
}

const HOLDS: Readonly<
  Record<NodeRequirement['operator'], (values: readonly string[], value: string | undefined) => boolean>
> = {
  In: (values, value) => value !== undefined && values.includes(value),
  NotIn: (values, value) => value === undefined || !values.includes(value),
  Exists: (_values, value) => value !== undefined,
  DoesNotExist: (_values, value) => value === undefined,
  Gt: ([limit], value) => isNumber(value) && isNumber(limit) && BigInt(value) > BigInt(limit),
  Lt: ([limit], value) => isNumber(value) && isNumber(limit) && BigInt(value) < BigInt(limit),
};

const holds = ({ operator, values }: NodeRequirement, value: string | undefined) =>
  HOLDS[operator](values, value);
const isNumber = (text: string | undefined): text is string =>
  text !== undefined && /^-?\d{1,19}$/.test(text);

type Tolerant = Pick<PodSpec, 'tolerations'>;

/** Taints of the node that keep the pod away; `PreferNoSchedule` only makes it less welcome. */
export const untolerated = ({ tolerations }: Tolerant, { taints }: KubeNode): readonly Taint[] =>
  taints.filter(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((each) => tolerates(each, taint)),
  );

/** https://github.com/kubernetes/component-helpers/blob/v0.35.4/scheduling/corev1/helpers.go */
export function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key !== undefined && key !== taint.key) return false;
  return operator === 'Exists' || (value ?? '') === taint.value;
}

/** What a cordon means to the scheduler, whether or not the node controller has added the taint yet. */
const CORDON: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };

export const isCordonedFor = ({ tolerations }: Tolerant, { unschedulable }: KubeNode): boolean =>
  unschedulable && !tolerations.some((each) => tolerates(each, CORDON));
