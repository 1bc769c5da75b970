'use client';
import { lazy, memo } from 'react';
import { Chevron } from '#components/ui/chevron.tsx';
import { LazyPopup } from '#components/ui/lazy-popup.tsx';
import type { FacetCount } from './filters.ts';

const load = () => import('./facet-popup.tsx');
const FacetPopup = lazy(() => load().then((module) => ({ default: module.FacetPopup })));

type Props = {
  label: string;
  counts: readonly FacetCount[];
  chosen: readonly string[];
  wordOf: (value: string) => string;
  onChange: (values: string[]) => void;
};

/** Counts are made anew with every change of the list, and mostly say the same. */
const saysTheSame = (a: Props, b: Props): boolean =>
  a.label === b.label && JSON.stringify([a.counts, a.chosen]) === JSON.stringify([b.counts, b.chosen]);

/** "Namespace ▾": values with counts, several may be chosen. */
export const FacetMenu = memo(function FacetMenu({ label, ...popup }: Props) {
  const { chosen, wordOf } = popup;
  const shown = chosen.length === 0 ? label : `${label}: ${chosen.map(wordOf).join(', ')}`;
  const className = `inline-flex h-6 max-w-56 items-center gap-1.5 rounded-2 px-1.5 hover:bg-hover ${chosen.length > 0 ? 'bg-surface-2 font-medium text-ink' : 'text-ink-2'}`;
  const button = (
    <>
      <span className="truncate">{shown}</span>
      <Chevron />
    </>
  );
  return (
    <LazyPopup
      kind="menu"
      className={className}
      preload={load}
      popup={<FacetPopup {...popup} button={button} className={className} />}
    >
      {button}
    </LazyPopup>
  );
}, saysTheSame);
