import { clip } from './wording.ts';

export type SchedulingReason = { readonly count: number; readonly text: string };
export type SchedulingMessage = {
  readonly nodes: number;
  /** In the scheduler's order. The counts may add up to more than `nodes`. */
  readonly reasons: readonly SchedulingReason[];
};

/**
 * `0/5 nodes are available: 1 node(s) had untolerated taint {key: value}, 4 Insufficient memory. preemption: ...`
 * Commas inside braces belong to the taint. `undefined` for any other text.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/types.go (FitError)
 */
export function parseSchedulingMessage(message: string): SchedulingMessage | undefined {
  const match = /^\d{1,6}\/(\d{1,6}) nodes are available: ([\s\S]*)$/.exec(clip(message));
  if (!match) return undefined;
  const nodes = Number(match[1]);
  // The reasons are the first sentence. What follows is what the plugins after them had to say: since 1.35
  // `no new claims to deallocate, preemption: ...`, or `not found`.
  const list = (match[2] ?? '').split(/\.(?:\s|$)(?![^{]*\})|^preemption: /)[0] ?? '';
  const parts = list.split(/, (?=\d+ )(?![^{]*\})/);
  const reasons = parts.map((part): SchedulingReason => {
    const counted = /^(\d+) ([\s\S]+)$/.exec(part);
    // A PreFilter failure speaks for all nodes and carries no count.
    return counted ? { count: Number(counted[1]), text: counted[2] ?? '' } : { count: nodes, text: part };
  });
  return { nodes, reasons: reasons.filter(({ text }) => text !== '') };
}
