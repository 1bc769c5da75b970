'use client';
import type { RefObject } from 'react';
import { familyWord } from '#components/cluster/family-word.ts';
import { SeverityShape, STANDINGS, standingWord } from '#components/cluster/severity-mark.tsx';
import type { Standing } from '#components/cluster/severity-mark.tsx';
import { useLive } from '#components/live/live-provider.tsx';
import { FilterInput } from '#components/ui/filter-input.tsx';
import { Segmented } from '#components/ui/segmented.tsx';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { SharedCauseRow } from '#lib/contract/shared-cause.ts';
import { facetCounts } from './filters.ts';
import type { Facet, Filters, WordsOf } from './filters.ts';
import { FacetMenu } from './facet-menu.tsx';

type View = 'incidents' | 'pods';
type Props = {
  rows: readonly IncidentRow[] | undefined;
  shared: readonly SharedCauseRow[];
  filters: Filters;
  /** What is counted by: as `filters`, but behind them while somebody types. */
  counted: Filters;
  /** What else the text filter looks at. */
  wordsOf: WordsOf;
  view: View;
  inputRef: RefObject<HTMLInputElement | null>;
  onFilter: (change: Partial<Filters>) => void;
  onView: (view: View) => void;
};

const asWritten = (value: string) => value;
const MENUS: readonly { facet: Facet; label: string; wordOf: (value: string) => string }[] = [
  { facet: 'cause', label: 'Cause', wordOf: (value) => familyWord(value as IncidentRow['family']) },
  { facet: 'ns', label: 'Namespace', wordOf: asWritten },
  { facet: 'kind', label: 'Kind', wordOf: asWritten },
  { facet: 'node', label: 'Node', wordOf: asWritten },
];

/** No number where nothing may be looked at: "0 incidents" would be a claim. */
const title = (rows: readonly IncidentRow[] | undefined, isBlind: boolean): string => {
  if (!rows || isBlind) return 'Incidents';
  const open = rows.filter((row) => row.state === 'open').length;
  return `${open} ${open === 1 ? 'incident' : 'incidents'}`;
};

/** How many of the open ones need no thought of their own. */
function SharedCount({ rows, shared }: { rows: readonly IncidentRow[]; shared: readonly SharedCauseRow[] }) {
  const causes = shared.filter(({ state }) => state === 'open');
  if (causes.length === 0) return null;
  const members = new Set(causes.flatMap((cause) => cause.members));
  const open = rows.filter(({ id, state }) => state === 'open' && members.has(id)).length;
  return (
    <span className="-ml-2 text-ink-3">
      {open} in {causes.length} shared {causes.length === 1 ? 'cause' : 'causes'}
    </span>
  );
}

function SeverityFacet({
  rows,
  filters,
  counted,
  wordsOf,
  onFilter,
}: Pick<Props, 'filters' | 'counted' | 'wordsOf' | 'onFilter'> & { rows: readonly IncidentRow[] }) {
  const counts = new Map(
    facetCounts(rows, counted, { facet: 'sev', wordsOf }).map(({ value, count }) => [value, count]),
  );
  const toggle = (standing: Standing) =>
    onFilter({
      sev: filters.sev.includes(standing)
        ? filters.sev.filter((value) => value !== standing)
        : [...filters.sev, standing],
    });
  return (
    <div role="group" aria-label="Severity" className="flex items-center gap-1">
      {STANDINGS.filter((standing) => counts.has(standing)).map((standing) => (
        <button
          key={standing}
          type="button"
          aria-pressed={filters.sev.includes(standing)}
          onClick={() => toggle(standing)}
          className="inline-flex h-6 items-center gap-1.5 rounded-2 px-1.5 text-ink-2 hover:bg-hover aria-pressed:bg-surface-2 aria-pressed:font-medium aria-pressed:text-ink"
        >
          <SeverityShape standing={standing} />
          <span>{standingWord(standing)}</span> {counts.get(standing)}
        </button>
      ))}
    </div>
  );
}

/** What is shown: count, facets with counts, text filter, incidents or pods. */
export function FilterBar({
  rows,
  shared,
  filters,
  counted,
  wordsOf,
  view,
  inputRef,
  onFilter,
  onView,
}: Props) {
  const { view: cluster } = useLive();
  const pods = cluster && cluster.pods > 0 ? `All pods ${cluster.pods}` : 'All pods';
  return (
    <div className="flex min-h-(--sub-h) shrink-0 items-center gap-3 border-b border-line px-4 whitespace-nowrap max-[899px]:flex-wrap max-[899px]:gap-y-1 max-[899px]:py-1.5">
      <h1 className="mr-1 text-15 font-semibold">
        {view === 'pods' ? 'All pods' : title(rows, cluster?.state === 'blind')}
      </h1>
      {view === 'incidents' && rows && <SharedCount rows={rows} shared={shared} />}
      {view === 'incidents' && rows && (
        <>
          <SeverityFacet
            rows={rows}
            filters={filters}
            counted={counted}
            wordsOf={wordsOf}
            onFilter={onFilter}
          />
          <span aria-hidden="true" className="h-4 w-px bg-line-strong" />
          {MENUS.map(({ facet, label, wordOf }) => (
            <FacetMenu
              key={facet}
              label={label}
              wordOf={wordOf}
              counts={facetCounts(rows, counted, { facet, wordsOf })}
              chosen={filters[facet]}
              onChange={(values) => onFilter({ [facet]: values })}
            />
          ))}
        </>
      )}
      <FilterInput
        label="Filter rows"
        value={filters.q}
        inputRef={inputRef}
        onChange={(q) => onFilter({ q })}
      />
      <Segmented
        label="List"
        value={view}
        options={[
          { value: 'incidents', label: 'Incidents' },
          { value: 'pods', label: pods },
        ]}
        onChange={onView}
      />
    </div>
  );
}
