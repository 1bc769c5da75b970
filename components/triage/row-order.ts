import { standingOf, STANDINGS } from '#components/cluster/severity-mark.tsx';
import type { IncidentRow } from '#lib/contract/incident-row.ts';

export type RowOrder = {
  /** Incidents on the screen, in order, as they were last seen. */
  readonly shown: readonly IncidentRow[];
  /** New ones behind the bar. */
  readonly waiting: readonly IncidentRow[];
  /** Shown, but no longer in the list. */
  readonly goneIds: ReadonlySet<string>;
};

export const EMPTY_ORDER: RowOrder = { shown: [], waiting: [], goneIds: new Set() };

/** Severity, then newest; the id makes it total. */
export const byUrgency = (a: IncidentRow, b: IncidentRow): number =>
  STANDINGS.indexOf(standingOf(a)) - STANDINGS.indexOf(standingOf(b)) ||
  b.sinceAt - a.sinceAt ||
  (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * The next order of the list. While held (pointer or focus in it, or scrolled) every row keeps its place: new ones
 * wait, and ones that left stay where they were until the hold ends.
 */
export function nextOrder(previous: RowOrder, rows: readonly IncidentRow[], held: boolean): RowOrder {
  if (!held || previous.shown.length === 0) {
    return { shown: rows.toSorted(byUrgency), waiting: [], goneIds: new Set() };
  }
  const byId = new Map(rows.map((row) => [row.id, row]));
  const shownIds = new Set(previous.shown.map((row) => row.id));
  return {
    shown: previous.shown.map((row) => byId.get(row.id) ?? row),
    waiting: rows.filter((row) => !shownIds.has(row.id)),
    goneIds: new Set([...shownIds].filter((id) => !byId.has(id))),
  };
}
