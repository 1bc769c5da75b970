import type { KubeNode } from '#lib/model/node.ts';
import type { PodTemplate } from '#lib/model/pod-template.ts';
import { admittedNodes, isCordonedFor, untolerated } from './admitted-nodes.ts';
import { listText } from './wording.ts';

/** What keeps the pod off the nodes its own selector admits, and which of them it is. */
export type HeldCandidates = {
  readonly causeId: 'node-cordoned' | 'untolerated-taint' | 'node-selector-mismatch';
  readonly held: readonly KubeNode[];
  /** "Only gpu-1 matches the node selector: it is tainted nvidia.com/gpu."; absent where the counts say it all. */
  readonly sentence?: string;
};

const MAX_NAMES = 3;

/**
 * A node counts for the first check it fails: cordon, taint, selector. So a scheduler that says "1 had an untolerated
 * taint, 21 didn't match the selector" does not say whether the tainted one would match, and the control plane
 * usually would not. That decides the cause, and only the nodes tell. `undefined` when what they show now is
 * not what the scheduler `said`, or when they may not be read.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/scheduler/apis/config/v1/default_plugins.go (their order)
 */
export function heldCandidates(
  template: PodTemplate,
  nodes: readonly KubeNode[],
  said: ReadonlySet<string>,
): HeldCandidates | undefined {
  if (nodes.length === 0) return undefined;
  const candidates = admittedNodes(template, nodes);
  if (candidates.length === 0) {
    return said.has('node-selector-mismatch') ? { causeId: 'node-selector-mismatch', held: [] } : undefined;
  }
  const cordoned = candidates.filter((node) => isCordonedFor(template, node));
  const tainted = candidates.filter(
    (node) => !isCordonedFor(template, node) && untolerated(template, node).length > 0,
  );
  const causeId = tainted.length > cordoned.length ? 'untolerated-taint' : 'node-cordoned';
  const held = causeId === 'untolerated-taint' ? tainted : cordoned;
  const isHeld = cordoned.length + tainted.length === candidates.length;
  if (!isHeld || !said.has(causeId)) return undefined;
  if (candidates.length === nodes.length) return { causeId, held };
  const keys = [...new Set(tainted.flatMap((node) => untolerated(template, node).map(({ key }) => key)))];
  const phrases = [
    ...(cordoned.length > 0 ? [`${subject(cordoned, candidates)} cordoned`] : []),
    ...(tainted.length > 0 ? [`${subject(tainted, candidates)} tainted ${listText(keys.slice(0, 2))}`] : []),
  ];
  return { causeId, held, sentence: `Only ${named(candidates)} the node selector: ${listText(phrases)}.` };
}

function subject(some: readonly KubeNode[], all: readonly KubeNode[]): string {
  if (some.length === all.length) return all.length === 1 ? 'it is' : 'they are';
  return some.length === 1 ? '1 is' : `${some.length} are`;
}

function named(candidates: readonly KubeNode[]): string {
  if (candidates.length > MAX_NAMES) return `${candidates.length} nodes match`;
  return `${listText(candidates.map(({ meta }) => meta.name))} ${candidates.length === 1 ? 'matches' : 'match'}`;
}
