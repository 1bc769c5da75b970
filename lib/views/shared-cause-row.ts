import type { SharedCauseRow } from '#lib/contract/shared-cause.ts';
import type { SharedCause } from '#lib/model/shared-cause.ts';

/** Names beyond this make a row heavy and tell nobody more; the incidents below it say the rest. */
const MAX_NAMES = 50;

export function sharedCauseRow(cause: SharedCause): SharedCauseRow {
  const { title, factor, members, namespaces, nodes, supports, doubts, remedies, ...rest } = cause;
  return {
    ...rest,
    cause: title,
    factor: { ...factor },
    members: [...members],
    namespaces: namespaces.slice(0, MAX_NAMES),
    nodes: nodes.slice(0, MAX_NAMES),
    supports: supports.map((evidence) => ({ ...evidence })),
    doubts: [...doubts],
    // What one workload's remedy could do with a button is no cure for all of them.
    remedies: remedies.map(({ title: step, detail, commands }) => ({
      title: step,
      detail,
      commands: [...commands],
    })),
  };
}
