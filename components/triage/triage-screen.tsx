'use client';
import { useRouter } from 'next/navigation';
import { lazy, Suspense, useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';
import { ActionDialogHost } from '#components/actions/action-dialog-host.tsx';
import { useLive } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import { Loaded } from '#components/ui/loaded.tsx';
import { qualifiedName } from '#components/ui/namespace-name.tsx';
import { usePreload } from '#components/ui/use-preload.ts';
import { useIncidents } from '#lib/client/queries.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { SharedCauseRow } from '#lib/contract/shared-cause.ts';
import { causesByMember, foldRows } from './fold-rows.ts';
import { FilterBar } from './filter-bar.tsx';
import { filterRows, isFiltered } from './filters.ts';
import type { Filters } from './filters.ts';
import { IncidentTable } from './incident-table.tsx';
import { SharedPanelLoading } from './shared-panel-loading.tsx';
import { SidePanel } from './side-panel.tsx';
import { EmptyList, ListFoot, NothingMatches, TriageSkeleton } from './triage-states.tsx';
import { useRowOrder } from './use-row-order.ts';
import { useTriageKeys } from './use-triage-keys.ts';
import { useTriageUrl } from './use-triage-url.ts';

const loadPods = () => import('./all-pods.tsx');
const loadShared = () => import('./shared-panel.tsx');
const AllPods = lazy(() => loadPods().then((module) => ({ default: module.AllPods })));
const SharedPanel = lazy(() => loadShared().then((module) => ({ default: module.SharedPanel })));
const loadRest = () => Promise.all([loadPods(), loadShared()]);

const NO_ROWS: readonly IncidentRow[] = [];
const NONE_SHARED: readonly SharedCauseRow[] = [];
const CLEAR: Filters = { sev: [], cause: [], ns: [], kind: [], node: [], q: '' };

function WaitingBar({ waiting, onAdmit }: { waiting: readonly IncidentRow[]; onAdmit: () => void }) {
  if (waiting.length === 0) return null;
  const names = waiting.slice(0, 3).map(({ workload }) => qualifiedName(workload));
  return (
    <div
      role="status"
      className="flex h-8 shrink-0 items-center gap-3 border-b border-line bg-note-tint px-4"
    >
      <b>{waiting.length} new</b>
      <span className="truncate text-ink-2">{names.join(', ')}</span>
      <Button size="small" onClick={onAdmit}>
        Show
      </Button>
    </div>
  );
}

/** What passes the filters, folded; who looks for the words of a shared cause finds those under it. */
function linesOf(
  shown: readonly IncidentRow[],
  shared: readonly SharedCauseRow[],
  url: ReturnType<typeof useTriageUrl>[0],
) {
  const causeOf = causesByMember(shared);
  const wordsOf = ({ id }: IncidentRow) => {
    const cause = causeOf.get(id);
    return cause ? `${cause.cause} ${cause.factor.name}` : '';
  };
  const rows = filterRows(shown, url, { wordsOf });
  return { wordsOf, lines: foldRows(rows, { shared, unfolded: url.unfold, selectedId: url.row }) };
}

/** The list of what is broken, and for the selected row why, and what undoes it. */
export function TriageScreen() {
  const { cluster, stale } = useLive();
  const query = useIncidents(cluster);
  const [url, setUrl] = useTriageUrl();
  const [held, setHeld] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const router = useRouter();
  usePreload(loadRest);
  const order = useRowOrder(query.data?.incidents ?? NO_ROWS, query.data?.shared ?? NONE_SHARED, held);
  // A key typed is shown at once; the rows that fit follow when there is time.
  const filters = useDeferredValue(url);
  const { lines, wordsOf } = useMemo(
    () => linesOf(order.shown, order.shared, filters),
    [order.shown, order.shared, filters],
  );
  const selected = lines.find(({ id }) => id === url.row) ?? lines[0];
  const select = useCallback((id: string) => void setUrl({ row: id, panel: 'open' }), [setUrl]);
  const panelOpen = url.view === 'incidents' && url.panel === 'open' && selected !== undefined;

  const onFold = useCallback(
    (id: string) =>
      void setUrl(({ unfold, row }) => {
        const cause = order.shared.find((one) => one.id === id);
        const isUnfolded = unfold.includes(id) || (row !== null && cause?.members.includes(row));
        // The selection moves to the line that stays.
        return { unfold: isUnfolded ? unfold.filter((one) => one !== id) : [...unfold, id], row: id };
      }),
    [order.shared, setUrl],
  );

  useTriageKeys({
    lines,
    selected,
    onFold,
    cluster,
    router,
    input,
    panel: url.panel,
    view: url.view,
    setUrl,
  });

  return (
    <ActionDialogHost>
      <div data-stale={stale} className="flex min-h-0 flex-1 flex-col">
        <FilterBar
          rows={query.data?.incidents}
          shared={order.shared}
          filters={url}
          counted={filters}
          wordsOf={wordsOf}
          view={url.view}
          inputRef={input}
          onFilter={(change) => void setUrl(change as Partial<typeof url>)}
          onView={(view) => void setUrl({ view })}
        />
        {url.view === 'incidents' && <WaitingBar waiting={order.waiting} onAdmit={order.admit} />}
        <div className="relative flex min-h-0 flex-1">
          <div className="flex min-w-0 flex-1 flex-col">
            {url.view === 'pods' ? (
              <Suspense fallback={<p className="px-4 py-1.5 text-ink-3">Loading pods</p>}>
                <AllPods
                  filter={url.q}
                  sort={url.sort}
                  order={url.order}
                  onSort={(order) => void setUrl(order)}
                />
              </Suspense>
            ) : (
              <Loaded query={query} skeleton={<TriageSkeleton />}>
                {({ incidents }) => (
                  <>
                    {incidents.length === 0 && order.shown.length === 0 && <EmptyList />}
                    {order.shown.length > 0 && lines.length === 0 && isFiltered(url) && (
                      <NothingMatches onClear={() => void setUrl(CLEAR as Partial<typeof url>)} />
                    )}
                    {lines.length > 0 && (
                      <IncidentTable
                        rows={lines}
                        goneIds={order.goneIds}
                        selectedId={panelOpen || url.row !== null ? selected?.id : undefined}
                        onSelect={select}
                        onFold={onFold}
                        onHold={setHeld}
                      />
                    )}
                    <ListFoot open={incidents.filter((row) => row.state === 'open').length} />
                  </>
                )}
              </Loaded>
            )}
          </div>
          {panelOpen &&
            (selected.kind === 'shared' ? (
              <Suspense fallback={<SharedPanelLoading cause={selected.cause} chosen={url.row !== null} />}>
                <SharedPanel key={selected.id} line={selected} chosen={url.row !== null} />
              </Suspense>
            ) : (
              <SidePanel key={selected.id} row={selected.row} chosen={url.row !== null} />
            ))}
        </div>
      </div>
    </ActionDialogHost>
  );
}
