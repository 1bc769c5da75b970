import { useState } from 'react';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { SharedCauseRow } from '#lib/contract/shared-cause.ts';
import { nextShared } from './fold-rows.ts';
import { EMPTY_ORDER, nextOrder } from './row-order.ts';
import type { RowOrder } from './row-order.ts';

type List = { readonly rows: readonly IncidentRow[]; readonly shared: readonly SharedCauseRow[] };
type Kept = RowOrder & { readonly shared: readonly SharedCauseRow[] };

const next = (kept: Kept, { rows, shared }: List, held: boolean): Kept => ({
  ...nextOrder(kept, rows, held),
  // With nothing on the screen there is nothing to keep still.
  shared: nextShared(kept.shared, shared, held && kept.shown.length > 0),
});

/** Keeps order and folds of the list across refreshes; `admit` lets the waiting rows in. */
export function useRowOrder(
  rows: readonly IncidentRow[],
  shared: readonly SharedCauseRow[],
  held: boolean,
): Kept & { readonly admit: () => void } {
  const [state, setState] = useState<{ order: Kept; held?: boolean } & Partial<List>>({
    order: { ...EMPTY_ORDER, shared: [] },
  });
  // Derived from props but with a memory: adjusted while rendering, so that no wrong frame is painted.
  let { order } = state;
  if (state.rows !== rows || state.shared !== shared || state.held !== held) {
    order = next(state.order, { rows, shared }, held);
    setState({ order, rows, shared, held });
  }
  return {
    ...order,
    admit: () => setState({ order: next(order, { rows, shared }, false), rows, shared, held }),
  };
}
