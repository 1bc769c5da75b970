import { useState } from 'react';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import { EMPTY_ORDER, nextOrder } from './row-order.ts';
import type { RowOrder } from './row-order.ts';

/** Keeps the order of the list across refreshes; `admit` lets the waiting rows in. */
export function useRowOrder(
  rows: readonly IncidentRow[],
  held: boolean,
): RowOrder & { readonly admit: () => void } {
  const [state, setState] = useState<{ order: RowOrder; rows?: readonly IncidentRow[]; held?: boolean }>({
    order: EMPTY_ORDER,
  });
  // Derived from props but with a memory: adjusted while rendering, so that no wrong frame is painted.
  let { order } = state;
  if (state.rows !== rows || state.held !== held) {
    order = nextOrder(state.order, rows, held);
    setState({ order, rows, held });
  }
  return { ...order, admit: () => setState({ order: nextOrder(order, rows, false), rows, held }) };
}
