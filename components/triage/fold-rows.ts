import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { SharedCauseRow } from '#lib/contract/shared-cause.ts';

/** One line of the list: an incident, or the cause several have in common, which stands above them. */
export type TriageLine =
  | {
      readonly kind: 'shared';
      readonly id: string;
      readonly cause: SharedCauseRow;
      /** Those of its incidents that pass the filters, in the order of the list. */
      readonly rows: readonly [IncidentRow, ...IncidentRow[]];
      readonly unfolded: boolean;
    }
  | {
      readonly kind: 'incident';
      readonly id: string;
      readonly row: IncidentRow;
      /** The shared cause it stands under. */
      readonly under?: SharedCauseRow;
    };

type Folding = {
  readonly shared: readonly SharedCauseRow[];
  /** Causes the reader unfolded. */
  readonly unfolded: readonly string[];
  /** The selected line: a link to one of the incidents opens its fold. */
  readonly selectedId: string | null;
};

/** By incident id: the cause it belongs to. */
export const causesByMember = (shared: readonly SharedCauseRow[]): ReadonlyMap<string, SharedCauseRow> =>
  new Map(shared.flatMap((cause) => cause.members.map((id) => [id, cause] as const)));

/**
 * The lines to draw, from rows in their order: a shared cause stands where the first of its incidents would, and brings
 * the others along. A cause none of whose incidents is in the list is not drawn; nor is one with a single incident left
 * by the server's own count, because there is nothing to fold.
 */
export function foldRows(rows: readonly IncidentRow[], folding: Folding): readonly TriageLine[] {
  const causeOf = causesByMember(folding.shared);
  const members = Map.groupBy(rows, ({ id }) => causeOf.get(id)?.id);
  const drawn = new Set<string>();
  return rows.flatMap((row): readonly TriageLine[] => {
    const cause = causeOf.get(row.id);
    if (!cause) return [{ kind: 'incident', id: row.id, row }];
    if (drawn.has(cause.id)) return [];
    drawn.add(cause.id);
    const [first = row, ...others] = members.get(cause.id) ?? [];
    const all = [first, ...others] as const;
    const unfolded = folding.unfolded.includes(cause.id) || all.some(({ id }) => id === folding.selectedId);
    return [
      { kind: 'shared', id: cause.id, cause, rows: all, unfolded },
      ...(unfolded
        ? all.map((member) => ({ kind: 'incident', id: member.id, row: member, under: cause }) as const)
        : []),
    ];
  });
}

/**
 * While the list is held no line may fold away or appear under the cursor: what is shared stays as it was, only its
 * words and numbers follow.
 */
export function nextShared(
  previous: readonly SharedCauseRow[],
  shared: readonly SharedCauseRow[],
  held: boolean,
): readonly SharedCauseRow[] {
  if (!held) return shared;
  const now = new Map(shared.map((cause) => [cause.id, cause]));
  return previous.map((cause) => ({ ...(now.get(cause.id) ?? cause), members: cause.members }));
}
