'use client';
import type { ReactNode } from 'react';
import { ClockTime } from '#components/live/clock-time.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { useLive } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import type { KindState } from '#lib/contract/cluster.ts';
import { COLUMNS, TableHead } from './incident-table.tsx';

const SKELETON_WIDTHS = [64, 40, 128, 180, 52, 134, 84, 72];
const SKELETON_ROWS = 8;

/** Rows at once, in the true column widths, without movement. */
export function TriageSkeleton() {
  return (
    <div role="status" aria-label="Loading incidents">
      <table aria-hidden="true" className="w-full min-w-[900px] table-fixed border-separate border-spacing-0">
        <TableHead />
        <tbody>
          {Array.from({ length: SKELETON_ROWS }, (_, row) => (
            <tr key={row}>
              {COLUMNS.map(({ name }, column) => (
                <td key={name} className="table-cell-row first:pl-4">
                  <svg width="100%" height="8" className="block">
                    <rect
                      width={(SKELETON_WIDTHS[column] ?? 60) - ((row * 7) % 20)}
                      height="8"
                      rx="2"
                      className="fill-line"
                    />
                  </svg>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What an empty list means depends on whether it can be trusted: only a live one is good news. */
export function EmptyList() {
  const { state, view } = useLive();
  const hidden = view?.kinds.find(({ kind }) => kind === 'pods')?.forbiddenIn;
  switch (state.kind) {
    case 'connecting':
    case 'syncing':
      return <TriageSkeleton />;
    case 'live':
      if (view?.namespaces && view.missingNamespaces?.length === view.namespaces.length)
        return (
          <Blank
            title={`${missingWords(view.missingNamespaces)}, so nothing can be said.`}
            message={undefined}
          >
            Only {view.namespaces.join(', ')} is watched (--namespace). Is the name right, and the cluster?
          </Blank>
        );
      return (
        <div className="px-4 py-1.5">
          <p className="text-15 font-medium">
            Nothing is broken{hidden ? ' where it is permitted to look' : ''}.
            {view ? ` ${view.workloads} workloads watched, ${view.pods} pods.` : ''}
          </p>
          {view?.missingNamespaces && <p className="mt-1">{missingWords(view.missingNamespaces)}.</p>}
          {hidden && (
            <p className="mt-1 text-ink-2">Needed are list and watch on pods in {hidden.join(', ')}.</p>
          )}
        </div>
      );
    case 'stale':
      return (
        <Blank title="Nothing was broken when this was last confirmed." message={state.message}>
          {state.sinceAt !== undefined && (
            <>
              That was at <ClockTime at={state.sinceAt} />. What happened since is not known; reconnecting.
            </>
          )}
        </Blank>
      );
    case 'unreachable':
      return (
        <Blank title="The API server does not answer." message={state.message}>
          Nothing is known of this cluster yet. It is asked again until it answers.
        </Blank>
      );
    case 'blind':
      return (
        <Blank title="It is not permitted to list the pods, so nothing can be said." message={state.message}>
          {view?.namespaces
            ? `Needed are list and watch on pods in ${view.namespaces.join(', ')}.`
            : 'Needed are list and watch on pods in all namespaces. With rights in some namespaces only, start with their names: --namespace a,b.'}
        </Blank>
      );
  }
}

const missingWords = (names: readonly string[]) =>
  names.length === 1
    ? `The namespace ${names[0]} does not exist`
    : `The namespaces ${names.join(', ')} do not exist`;

function Blank({
  title,
  message,
  children,
}: {
  title: string;
  message: string | undefined;
  children: ReactNode;
}) {
  return (
    <div className="px-4 py-1.5" role="status">
      <p className="text-15 font-medium">{title}</p>
      <p className="mt-1 text-ink-2">{children}</p>
      {message !== undefined && message !== '' && (
        <p className="mono mt-2 text-12 text-ink-3 [overflow-wrap:anywhere]">
          <ForeignText text={message} />
        </p>
      )}
    </div>
  );
}

export function NothingMatches({ onClear }: { onClear: () => void }) {
  return (
    <p className="flex items-center gap-3 px-4 py-1.5">
      No incident matches these filters.{' '}
      <Button size="small" onClick={onClear}>
        Clear filters
      </Button>
    </p>
  );
}

const sentence = (kinds: readonly KindState[], state: KindState['state'], text: string) => {
  const names = kinds.filter((kind) => kind.state === state).map((kind) => kind.kind);
  return names.length === 0 ? undefined : `${text} ${names.join(', ')}.`;
};

/** Kinds shown for some of the watched namespaces only, gathered by where they are not. */
const hiddenIn = (kinds: readonly KindState[]): readonly string[] => {
  const namespaces = [...new Set(kinds.flatMap(({ forbiddenIn = [] }) => forbiddenIn))];
  return namespaces.map((namespace) => {
    const names = kinds.filter(({ forbiddenIn }) => forbiddenIn?.includes(namespace)).map(({ kind }) => kind);
    return `Not permitted to list in ${namespace}: ${names.join(', ')}.`;
  });
};

/** What the list cannot tell: kinds still loading, and kinds nobody may look at. */
export function ListFoot({ open }: { open: number }) {
  const { view } = useLive();
  if (!view) return null;
  const fine = Math.max(view.workloads - open, 0);
  const said = [
    view.state === 'live' && open > 0 && fine > 0 ? `${fine} other workloads are fine.` : undefined,
    open > 0 && view.missingNamespaces ? `${missingWords(view.missingNamespaces)}.` : undefined,
    sentence(view.kinds, 'syncing', 'Still loading:'),
    sentence(view.kinds, 'forbidden', 'Not permitted to list:'),
    ...hiddenIn(view.kinds),
    sentence(view.kinds, 'stale', 'Not up to date:'),
  ];
  return <p className="px-4 py-3 text-12 text-ink-3">{said.filter(Boolean).join(' ')}</p>;
}
