import { familyWord } from '#components/cluster/family-word.ts';
import { standingOf } from '#components/cluster/severity-mark.tsx';
import type { IncidentRow } from '#lib/contract/incident-row.ts';

export const FACETS = ['sev', 'cause', 'ns', 'kind', 'node'] as const;
export type Facet = (typeof FACETS)[number];

/** What the URL says. An empty list means no restriction. */
export type Filters = Readonly<Record<Facet, readonly string[]>> & { readonly q: string };

const VALUES: Record<Facet, (row: IncidentRow) => readonly string[]> = {
  sev: (row) => [standingOf(row)],
  cause: (row) => [row.family],
  ns: (row) => [row.workload.namespace],
  kind: (row) => [row.workload.kind],
  node: (row) => row.nodes,
};

const textOf = (row: IncidentRow): string =>
  [
    `${row.workload.namespace}/${row.workload.name}`,
    row.workload.kind,
    row.cause,
    row.reason,
    familyWord(row.family),
    ...row.nodes,
  ]
    .join(' ')
    .toLowerCase();

/** A row keeps its identity while it says the same, and each keystroke looks at all rows six times. */
const texts = new WeakMap<IncidentRow, string>();

function text(row: IncidentRow): string {
  const known = texts.get(row) ?? textOf(row);
  texts.set(row, known);
  return known;
}

const split = (q: string): readonly string[] => q.toLowerCase().split(/\s+/).filter(Boolean);

const passesFacet = (row: IncidentRow, facet: Facet, wanted: readonly string[]): boolean =>
  wanted.length === 0 || VALUES[facet](row).some((value) => wanted.includes(value));

export const isFiltered = (filters: Filters): boolean =>
  filters.q.trim() !== '' || FACETS.some((facet) => filters[facet].length > 0);

/** Words said of a row elsewhere: a reader who searches for them means that row too. */
export type WordsOf = (row: IncidentRow) => string;
const nothingElse: WordsOf = () => '';

/** Within one facet any value fits, between facets all must. */
export function filterRows(
  rows: readonly IncidentRow[],
  filters: Filters,
  { except, wordsOf = nothingElse }: { except?: Facet; wordsOf?: WordsOf } = {},
): IncidentRow[] {
  const words = split(filters.q);
  const says = (row: IncidentRow, word: string) =>
    text(row).includes(word) || wordsOf(row).toLowerCase().includes(word);
  return rows.filter(
    (row) =>
      words.every((word) => says(row, word)) &&
      FACETS.every((facet) => facet === except || passesFacet(row, facet, filters[facet])),
  );
}

export type FacetCount = { readonly value: string; readonly count: number };

/** Counts of a facet's values among the rows that pass every other filter; chosen values stay listed at zero. */
export function facetCounts(
  rows: readonly IncidentRow[],
  filters: Filters,
  { facet, wordsOf = nothingElse }: { facet: Facet; wordsOf?: WordsOf },
): FacetCount[] {
  const counts = new Map<string, number>(filters[facet].map((value) => [value, 0]));
  for (const row of filterRows(rows, filters, { except: facet, wordsOf })) {
    for (const value of VALUES[facet](row)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => b.count - a.count || a.value.localeCompare(b.value));
}
