import { ClockTime } from '#components/live/clock-time.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import type { LiveState } from '#lib/client/live-state.ts';
import type { ClusterView, KindState } from '#lib/contract/cluster.ts';

const WORDS: Record<KindState['state'], string> = {
  syncing: 'loading',
  live: 'live',
  stale: 'stale',
  forbidden: 'not permitted',
  absent: 'not served',
};

/** The whole truth behind the pill. */
export function KindStates({ state, view }: { state: LiveState; view: ClusterView | undefined }) {
  if (!view) return <p className="text-ink-3">Nothing is known of this cluster yet.</p>;
  const message = 'message' in state ? state.message : undefined;
  return (
    <>
      <p className="text-12 text-ink-2">
        <ForeignText text={view.server} className="mono" />
        {view.confirmedAt !== undefined && (
          <>
            , last confirmed <ClockTime at={view.confirmedAt} />
          </>
        )}
      </p>
      {message !== undefined && message !== '' && (
        <p className="mono mt-1 text-12 text-crit [overflow-wrap:anywhere]">
          <ForeignText text={message} />
        </p>
      )}
      <table aria-label="Kinds" className="mt-2 w-full border-separate border-spacing-0 text-12">
        <thead>
          <tr>
            <th className="table-head">Kind</th>
            <th className="table-head">State</th>
            <th className="table-head text-right!">Objects</th>
            <th className="table-head">Since</th>
          </tr>
        </thead>
        <tbody>
          {view.kinds.map((kind) => (
            <tr key={kind.kind} title={kind.message}>
              <td className="px-2 py-0.5">{kind.kind}</td>
              <td className="px-2 py-0.5">
                {WORDS[kind.state]}
                {kind.forbiddenIn && `, not permitted in ${kind.forbiddenIn.join(', ')}`}
              </td>
              <td className="px-2 py-0.5 text-right">{kind.state === 'forbidden' ? '?' : kind.objects}</td>
              <td className="px-2 py-0.5 text-ink-3">
                <ClockTime at={kind.sinceAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
