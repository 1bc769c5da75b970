import type { ReactNode } from 'react';
import type { Overview } from '#lib/contract/overview.ts';

type Tile = { readonly name: string; readonly value: number; readonly note: ReactNode };

const number = (value: number) => value.toLocaleString('en').replaceAll(',', '\u202f');

const tilesOf = (overview: Overview): Tile[] => [
  { name: 'Open incidents', value: overview.open, note: `${overview.recovered} recovered lately` },
  { name: 'Unhealthy pods', value: overview.unhealthyPods, note: `of ${overview.pods} pods` },
  {
    name: 'Healthy pods',
    value: overview.pods - overview.unhealthyPods,
    note: `in ${overview.workloads} workloads`,
  },
  { name: 'Restarts', value: overview.restarts, note: 'since recording began' },
  { name: 'Causes', value: overview.byCause.length, note: 'among the open incidents' },
];

/** Numbers between hairlines. */
export function Tiles({ overview }: { overview: Overview }) {
  return (
    <dl className="flex shrink-0 border-b border-line-strong">
      {tilesOf(overview).map(({ name, value, note }) => (
        <div key={name} className="flex-1 border-l border-line px-4 py-2 first:border-l-0">
          <dt className="text-12 text-ink-2">{name}</dt>
          <dd className="dims tnum text-24 font-semibold tracking-[-0.02em]">{number(value)}</dd>
          <dd className="text-12 text-ink-3">{note}</dd>
        </div>
      ))}
    </dl>
  );
}
