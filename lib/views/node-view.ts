import type { NodeView, PodFate } from '#lib/contract/node-view.ts';
import { podRequests } from '#lib/diagnosis/pod-requests.ts';
import { bytesText, parseQuantity } from '#lib/diagnosis/quantity.ts';
import { taintEviction } from '#lib/diagnosis/taint-eviction.ts';
import { podStatus } from '#lib/health/pod-status.ts';
import type { Condition } from '#lib/model/object-meta.ts';
import type { KubeNode, Taint } from '#lib/model/node.ts';
import type { NodeFacts, NodePodFacts } from './incident-facts.ts';
import { nodeOutlook } from './node-outlook.ts';

/** A node holds 110 pods by default; more than this are counted. */
const MAX_PODS = 60;
const RESOURCES = ['cpu', 'memory', 'ephemeral-storage', 'pods'];

/** What is known of a node that is, or has, an incident. */
export function nodeView({ node, pods, seesAllPods }: NodeFacts): NodeView {
  const drawn = pods.map((each) => ({ ...each, fate: fateOf(each, node) }));
  return {
    name: node.meta.name,
    cordoned: node.unschedulable,
    createdAt: node.meta.createdAt,
    reportedAt: node.reportedAt,
    kubelet: node.kubeletVersion,
    runtime: node.containerRuntime,
    machine: node.providerId || undefined,
    conditions: node.conditions.toSorted(byTrouble).map((condition) => ({
      type: condition.type,
      status: condition.status,
      isBad: isBad(condition),
      reason: condition.reason,
      message: condition.message,
      since: condition.lastTransitionAt,
    })),
    taints: node.taints.map((taint) => ({ text: taintText(taint), addedAt: taint.addedAt })),
    resources: RESOURCES.filter((name) => name in node.capacity || name in node.allocatable).map((name) =>
      resource(name, { node, pods }),
    ),
    seesAllPods,
    pods: drawn
      .toSorted(bySuffering)
      .slice(0, MAX_PODS)
      .map(({ pod, owner, suffers, incident, fate }) => ({
        uid: pod.meta.uid,
        namespace: pod.meta.namespace,
        name: pod.meta.name,
        status: podStatus(pod).status,
        workload: { kind: owner.kind, namespace: owner.namespace, name: owner.name },
        suffers,
        incident,
        fate,
      })),
    podCount: pods.length,
    outlook: nodeOutlook(
      node,
      drawn.flatMap(({ fate }) => fate ?? []),
    ),
  };
}

function fateOf({ pod }: NodePodFacts, node: KubeNode): PodFate | undefined {
  if (isOver(pod)) return undefined;
  if (pod.meta.deletedAt !== undefined) return { kind: 'leaving', since: pod.meta.deletedAt };
  return taintEviction(pod, node);
}

const isOver = ({ phase }: NodePodFacts['pod']) => phase === 'Failed' || phase === 'Succeeded';

/** `Ready` is good when true, all the others when false. */
export const isBad = ({ type, status }: Pick<Condition, 'type' | 'status'>): boolean =>
  status !== (type === 'Ready' ? 'True' : 'False');

const byTrouble = (a: Condition, b: Condition) => rank(a) - rank(b) || (a.type < b.type ? -1 : 1);
const rank = (condition: Condition) => (condition.type === 'Ready' ? 0 : isBad(condition) ? 1 : 2);

/** "node.kubernetes.io/unreachable:NoExecute", "pool=media:NoSchedule". */
const taintText = ({ key, value, effect }: Taint) => `${key}${value === '' ? '' : `=${value}`}:${effect}`;

/** As the scheduler counts: pods that ended hold nothing any more. */
function resource(
  name: string,
  { node, pods }: Pick<NodeFacts, 'node' | 'pods'>,
): NodeView['resources'][number] {
  const living = pods.filter(({ pod }) => !isOver(pod));
  const sum =
    name === 'pods'
      ? living.length
      : living.reduce((total, { pod }) => total + podRequests(pod.template, name), 0);
  const allocatable = parseQuantity(node.allocatable[name] ?? '');
  const text = (quantity: string | undefined) => amount(name, parseQuantity(quantity ?? ''));
  return {
    name,
    capacity: text(node.capacity[name]),
    allocatable: text(node.allocatable[name]),
    requested: amount(name, sum),
    ...(allocatable ? { share: sum / allocatable } : {}),
  };
}

function amount(name: string, value: number | undefined): string {
  if (value === undefined) return 'not reported';
  if (name === 'memory' || name === 'ephemeral-storage') return bytesText(value);
  return String(Number(value.toFixed(3)));
}

function bySuffering(a: NodePodFacts, b: NodePodFacts): number {
  const rankOf = ({ suffers, incident }: NodePodFacts) => (suffers ? 0 : incident ? 1 : 2);
  const key = ({ pod: { meta } }: NodePodFacts) => `${meta.namespace}/${meta.name}`;
  return rankOf(a) - rankOf(b) || (key(a) < key(b) ? -1 : 1);
}
