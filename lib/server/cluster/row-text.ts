import type { IncidentRow } from '#lib/contract/incident-row.ts';

const texts = new WeakMap<IncidentRow, string>();

/**
 * The JSON of a row, made once: it is compared with that of the row before, and sent to everybody. Made while a row is
 * judged, so that the first list of thousands is not serialised in one piece.
 */
export function rowText(row: IncidentRow): string {
  const known = texts.get(row) ?? JSON.stringify(row);
  texts.set(row, known);
  return known;
}
