import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { KubeNode } from '#lib/model/node.ts';
import type { Problem } from '#lib/model/problem.ts';
import { conditionOf } from './condition-of.ts';
import { refTo } from './owner.ts';

/** A node that joins is NotReady until its network plugin runs. */
const JOINING_MS = 120_000;
const PRESSURES = ['DiskPressure', 'MemoryPressure', 'PIDPressure', 'NetworkUnavailable'] as const;

/** Whether what the pods of this node say is stale or cannot improve. */
export function isNodeDown(node: KubeNode, now: number): boolean {
  return node.meta.deletedAt === undefined && !isJoining(node, now) && !isReady(node);
}

/** The node's own incident: down, or under a pressure that evicts pods. Cordoned is a decision, not a problem. */
export function nodeProblem(
  node: KubeNode,
  now: number,
  events: readonly KubeEvent[] = [],
): Problem | undefined {
  if (node.meta.deletedAt !== undefined || isJoining(node, now)) return undefined;
  const ready = conditionOf(node, 'Ready');
  const pressure = PRESSURES.map((type) => conditionOf(node, type)).find(
    (condition) => condition?.status === 'True',
  );
  const bad = isReady(node) ? pressure : (ready ?? { reason: 'NodeStatusNeverUpdated', message: '' });
  if (!bad) return diskProblem(node, events, now);
  const lastTransitionAt = 'lastTransitionAt' in bad ? bad.lastTransitionAt : undefined;
  return {
    family: 'node',
    owner: refTo(node),
    reason: bad.reason || ('type' in bad ? bad.type : 'NodeNotReady'),
    message: bad.message,
    sinceAt: lastTransitionAt ?? node.meta.createdAt,
    restartCount: 0,
  };
}

/** The kubelet's image collector tells of a full disk before the condition does; it looks every 5 min. */
const DISK_EVENTS: ReadonlySet<string> = new Set(['FreeDiskSpaceFailed', 'ImageGCFailed']);
const DISK_EVENT_LASTS_MS = 10 * 60_000;

function diskProblem(node: KubeNode, events: readonly KubeEvent[], now: number): Problem | undefined {
  const told = events
    .filter(({ reason, lastAt }) => DISK_EVENTS.has(reason) && now - lastAt < DISK_EVENT_LASTS_MS)
    .toSorted((a, b) => b.lastAt - a.lastAt)[0];
  if (!told) return undefined;
  const { reason, message, firstAt } = told;
  return { family: 'node', owner: refTo(node), reason, message, sinceAt: firstAt, restartCount: 0 };
}

const isReady = (node: KubeNode) => conditionOf(node, 'Ready')?.status === 'True';

const isJoining = (node: KubeNode, now: number) => !isReady(node) && now < node.meta.createdAt + JOINING_MS;
