'use client';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useCluster } from '#components/live/live-provider.tsx';
import { useKeys } from '#components/ui/keymap-provider.tsx';
import { QueryError } from '#components/ui/query-error.tsx';
import { useLog } from '#lib/client/use-log.ts';
import type { IncidentView } from '#lib/contract/incident-view.ts';
import { logsUrl } from '#lib/contract/keys.ts';
import { LogLines } from './log-lines.tsx';
import { firstError, matchingLines, stepMatch } from './log-search.ts';
import { logChoices, logGap, logTarget } from './log-target.ts';
import { LogToolbar } from './log-toolbar.tsx';
import { useIncidentUrl } from './use-incident-url.ts';

const TAIL = 2_000;
const NEAR_END_PX = 24;

/** Logs of every container, this run and the previous one; follows until scrolled away or paused. */
export function LogsSection({ view }: { view: IncidentView }) {
  const cluster = useCluster();
  const [url, setUrl] = useIncidentUrl();
  const target = logTarget(view, url);
  const { namespace } = view.row.workload;
  const follow = target?.run === 'current';
  const [attempt, setAttempt] = useState(0);
  const gap = target && logGap(view, target);
  const address =
    target &&
    gap === undefined &&
    logsUrl(
      cluster,
      { namespace, name: target.pod },
      { container: target.container, previous: target.run === 'previous', follow, tail: TAIL },
    );
  const log = useLog(address || undefined, attempt);
  const [pausedAt, setPausedAt] = useState<number>();
  const [current, setCurrent] = useState<number>();
  const scroller = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);

  const last = log.lines.at(-1)?.number ?? 0;
  const shown = pausedAt === undefined ? log.lines : log.lines.filter(({ number }) => number <= pausedAt);
  const matches = matchingLines(shown, url.find);

  const toEnd = useEffectEvent(() => {
    if (pausedAt !== undefined || current !== undefined) return;
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  });
  useEffect(() => toEnd(), [last]);
  const focusScroller = useEffectEvent(() => {
    if (url.focus === 'logs') scroller.current?.focus();
  });
  useEffect(() => focusScroller(), []);

  const jump = (number: number | undefined) => {
    if (number === undefined) return;
    setCurrent(number);
    scroller.current?.querySelector(`[data-line="${number}"]`)?.scrollIntoView({ block: 'center' });
  };
  const search = (by: 1 | -1) => jump(stepMatch(matches, current, by));
  const togglePause = () => setPausedAt(pausedAt === undefined ? last : undefined);
  useKeys([
    { keys: 'l', label: 'logs', footer: true, run: () => scroller.current?.focus() },
    { keys: '/', label: 'search the log', footer: true, run: () => input.current?.focus() },
    { keys: 'n', label: 'next match', run: () => search(1) },
    { keys: 'N', label: 'previous match', run: () => search(-1) },
    { keys: 'e', label: 'first error', footer: true, run: () => jump(firstError(shown)) },
    { keys: 'f', label: 'follow or pause', run: togglePause },
  ]);

  return (
    <section aria-label="Logs" className="flex min-h-60 flex-1 flex-col">
      <LogToolbar
        choices={logChoices(view)}
        target={target}
        log={log}
        shown={shown}
        waiting={pausedAt === undefined ? 0 : last - pausedAt}
        paused={pausedAt !== undefined}
        matches={matches}
        current={current}
        inputRef={input}
        onTarget={(next) => {
          setCurrent(undefined);
          setPausedAt(undefined);
          void setUrl(next);
        }}
        onSearch={search}
        onJump={() => jump(firstError(shown))}
        onPause={togglePause}
      />
      <div
        ref={scroller}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={target ? `Log of ${target.container} in ${target.pod}, ${target.run} run` : 'Log'}
        className="mono dims min-h-0 flex-1 overflow-auto bg-bg py-1 text-12 -outline-offset-2"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX) setCurrent(undefined);
        }}
        onWheel={({ deltaY }) => {
          if (deltaY < 0 && follow) setPausedAt((before) => before ?? last);
        }}
      >
        {!target && <p className="px-4 text-ink-3">No pod exists, so there is no log to read.</p>}
        {log.error && <QueryError error={log.error} onRetry={() => setAttempt(attempt + 1)} />}
        {gap !== undefined && <p className="px-4 text-ink-3">{gap}</p>}
        {address && log.phase === 'loading' && <p className="px-4 text-ink-3">Reading the log</p>}
        {log.phase === 'ended' && log.lines.length === 0 && (
          <p className="px-4 text-ink-3">It printed nothing.</p>
        )}
        {log.dropped > 0 && <p className="px-4 text-ink-3">{log.dropped} older lines are not shown.</p>}
        <LogLines lines={shown} find={url.find} currentLine={current} times={url.times} wrap={url.wrap} />
        {log.phase === 'ended' && log.lines.length > 0 && (
          <p className="px-4 text-ink-3">
            End of the log, {log.lines.length} {log.lines.length === 1 ? 'line' : 'lines'}.
          </p>
        )}
      </div>
    </section>
  );
}
