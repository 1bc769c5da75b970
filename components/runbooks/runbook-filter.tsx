import type { RefObject } from 'react';
import { FilterInput } from '#components/ui/filter-input.tsx';
import type { RunbookSummary } from '#lib/contract/runbooks.ts';
import { FAMILY_WORDS } from './family-words.ts';
import { familyCounts, type RunbookFilter } from './filter-runbooks.ts';

type Props = {
  runbooks: readonly RunbookSummary[];
  filter: RunbookFilter;
  inputRef: RefObject<HTMLInputElement | null>;
  onFilter: (change: { q?: string; family?: string[] }) => void;
};

/** Families with counts, and the text filter. */
export function RunbookFilterBar({ runbooks, filter, inputRef, onFilter }: Props) {
  const toggle = (family: string) =>
    onFilter({
      family: filter.family.includes(family)
        ? filter.family.filter((value) => value !== family)
        : [...filter.family, family],
    });
  return (
    <div className="flex min-h-(--sub-h) shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
      <h1 className="text-15 font-semibold">Runbooks</h1>
      <div role="group" aria-label="Family" className="flex flex-wrap items-center gap-0.5">
        {familyCounts(runbooks, filter.q).map(({ family, count }) => (
          <button
            key={family}
            type="button"
            aria-pressed={filter.family.includes(family)}
            onClick={() => toggle(family)}
            className="inline-flex h-6 items-center gap-1.5 rounded-2 px-1.5 whitespace-nowrap text-ink-2 hover:bg-hover aria-pressed:bg-surface-2 aria-pressed:font-medium aria-pressed:text-ink"
          >
            {FAMILY_WORDS[family]} <span className="tnum text-ink-3">{count}</span>
          </button>
        ))}
      </div>
      <FilterInput
        label="Filter runbooks"
        value={filter.q}
        inputRef={inputRef}
        onChange={(q) => onFilter({ q })}
      />
    </div>
  );
}
