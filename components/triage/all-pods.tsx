'use client';
import { useCluster, useLive } from '#components/live/live-provider.tsx';
import { Loaded } from '#components/ui/loaded.tsx';
import { useSettled } from '#components/ui/use-settled.ts';
import { usePods } from '#lib/client/queries.ts';
import type { PodsResponse } from '#lib/contract/pods.ts';
import { type PodOrder, PodTable } from './pod-table.tsx';

/** Longer than between two keys of somebody who types (ms). */
const TYPING_MS = 150;

/** What an empty list means depends on what is known of the pods. */
const NONE: Readonly<Record<PodsResponse['state'], string>> = {
  syncing: 'Loading pods',
  live: 'No pods.',
  stale: 'There were no pods when this was last confirmed.',
  forbidden: 'It is not permitted to list the pods, so nothing can be said.',
  absent: 'The API server knows no pods.',
};

function Note({ children }: { children: React.ReactNode }) {
  return (
    <p role="status" className="px-4 py-1.5 text-ink-3">
      {children}
    </p>
  );
}

/** How many of them are shown, and which nobody may look at. */
function Count({ matching, total, q }: Pick<PodsResponse, 'matching' | 'total'> & { q: string }) {
  const hidden = useLive().view?.kinds.find(({ kind }) => kind === 'pods')?.forbiddenIn ?? [];
  const said = [
    q.trim() !== '' && `${matching.toLocaleString('en')} of ${total.toLocaleString('en')} pods match.`,
    hidden.length > 0 && `Not permitted to list in ${hidden.join(', ')}.`,
  ].filter(Boolean);
  return said.length > 0 && <Note>{said.join(' ')}</Note>;
}

type Props = PodOrder & { filter: string; onSort: (order: PodOrder) => void };

/** The flat list, exactly the columns of `kubectl get pods -A -o wide` that tell the state. */
export function AllPods({ filter, sort, order, onSort }: Props) {
  const list = { q: useSettled(filter, TYPING_MS), sort, order };
  // While another filter is asked for, what matched the last one stays.
  const query = usePods(useCluster(), { ...list, offset: 0 }, { keepPreviousData: true });
  return (
    <Loaded query={query} skeleton={<Note>Loading pods</Note>}>
      {({ matching, total, state }) => {
        if (total === 0) return <Note>{NONE[state]}</Note>;
        return (
          <>
            <Count matching={matching} total={total} q={list.q} />
            {matching > 0 && <PodTable list={list} count={matching} onSort={onSort} />}
          </>
        );
      }}
    </Loaded>
  );
}
