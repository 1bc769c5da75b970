'use client';
import dynamic from 'next/dynamic';
import { ClockTime, useTimeZone } from '#components/live/clock-time.tsx';
import { useLive } from '#components/live/live-provider.tsx';
import { useKeys } from '#components/ui/keymap-provider.tsx';
import { Loaded } from '#components/ui/loaded.tsx';
import { useOverview } from '#lib/client/queries.ts';
import type { Overview } from '#lib/contract/overview.ts';
import { ChartPanel } from './chart-panel.tsx';
import { causeBars, causeSentence, unhealthyPoints, unhealthySentence } from './overview-model.ts';
import { Tiles } from './tiles.tsx';
import { WorstLists } from './worst-lists.tsx';

const StepChart = dynamic(() => import('./chart.tsx').then((module) => module.StepChart), { ssr: false });
const CauseBars = dynamic(() => import('./chart.tsx').then((module) => module.CauseBars), { ssr: false });

function Charts({ overview }: { overview: Overview }) {
  const zone = useTimeZone();
  const points = unhealthyPoints(overview);
  const bars = causeBars(overview.byCause);
  return (
    <div className="flex">
      <ChartPanel
        title="Unhealthy pods"
        sentence={unhealthySentence(points, zone)}
        chart={(width) => <StepChart points={points} width={width} />}
        table={{
          head: ['Time', 'Unhealthy pods'],
          rows: overview.samples
            .toReversed()
            .map(({ at, unhealthyPods }) => [<ClockTime key={at} at={at} />, unhealthyPods]),
        }}
      />
      <ChartPanel
        title="Incidents by cause"
        sentence={causeSentence(overview.byCause)}
        chart={(width) => <CauseBars bars={bars} width={width} />}
        table={{
          head: ['Cause', 'Incidents', 'Pods'],
          rows: overview.byCause.map(({ title, incidents, pods }) => [title, incidents, pods]),
        }}
      />
    </div>
  );
}

/** For the team lead: is it getting better? */
export function OverviewScreen() {
  const { cluster, stale } = useLive();
  const query = useOverview(cluster);
  useKeys([], 'kubectl get events -A --field-selector type=Warning');
  return (
    <div data-stale={stale} className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-(--sub-h) shrink-0 items-center gap-3 border-b border-line px-4">
        <h1 className="text-15 font-semibold">Overview</h1>
        {query.data && (
          <span className="text-12 text-ink-3">
            recorded since <ClockTime at={query.data.recordedFromAt} format="date" />; nothing earlier is
            claimed
          </span>
        )}
      </div>
      <div
        className="min-h-0 flex-1 overflow-y-auto"
        tabIndex={0}
        role="group"
        aria-label="Overview, scrollable"
      >
        <Loaded query={query} skeleton={<p className="px-4 py-3 text-ink-3">Loading the overview</p>}>
          {(overview) => (
            <>
              <Tiles overview={overview} />
              <Charts overview={overview} />
              <WorstLists overview={overview} />
            </>
          )}
        </Loaded>
      </div>
    </div>
  );
}
