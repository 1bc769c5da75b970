'use client';
import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import { ClockTime } from '#components/live/clock-time.tsx';
import { useLive } from '#components/live/live-provider.tsx';
import { useNow } from '#components/live/now-provider.tsx';
import { stripSummary } from '#components/timeline/strip-geometry.ts';
import { TimelineDrawing } from '#components/timeline/timeline-drawing.tsx';
import { stepFact, timelineFacts } from '#components/timeline/timeline-model.ts';
import type { Fact } from '#components/timeline/timeline-model.ts';
import { timelineScale } from '#components/timeline/timeline-scale.ts';
import { TimelineTable } from '#components/timeline/timeline-table.tsx';
import { useWidth } from '#components/timeline/use-width.ts';
import { Button } from '#components/ui/button.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { useKeys } from '#components/ui/keymap-provider.tsx';
import { Segmented } from '#components/ui/segmented.tsx';
import { qualifiedName } from '#components/ui/namespace-name.tsx';
import type { IncidentView } from '#lib/contract/incident-view.ts';
import { RANGE_NAMES, useIncidentUrl } from './use-incident-url.ts';

const INITIAL_WIDTH = 992;
const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowLeft: -1 };

function Readout({ fact }: { fact: Fact | undefined }) {
  return (
    <span aria-live="polite" className="min-w-0 flex-1 truncate text-12 text-ink-2">
      {fact && (
        <>
          <ClockTime at={fact.at} /> {fact.lane}: <ForeignText text={fact.text} />
        </>
      )}
    </span>
  );
}

/** Time is the main axis: what ran, ended and waited; and what comes next. */
export function TimelineSection({ view }: { view: IncidentView }) {
  const now = useNow();
  const { stale } = useLive();
  const [url, setUrl] = useIncidentUrl();
  const { ref, width } = useWidth(INITIAL_WIDTH);
  const [cursor, setCursor] = useState<Fact>();
  const scale = timelineScale(url.range, now, width);
  const facts = timelineFacts(view).filter(({ at }) => at >= scale.fromAt && at <= now);
  const toggle = () => void setUrl({ twin: url.twin === 'table' ? 'drawing' : 'table' });
  useKeys([{ keys: 'T', label: 'timeline as table', run: toggle }]);

  const onKeyDown = (event: KeyboardEvent) => {
    const by = STEPS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setCursor(stepFact(facts, cursor?.at, by));
  };
  const name = qualifiedName(view.row.workload);
  return (
    <section aria-label="Timeline" className="shrink-0 border-b border-line-strong">
      <div className="flex h-9 items-center gap-3 pr-2.5 pl-4">
        <h2 className="font-semibold">Timeline</h2>
        <Segmented
          label="Range"
          value={url.range}
          options={RANGE_NAMES.map((value) => ({ value, label: value.replace(/(\d+)/, '$1 ') }))}
          onChange={(range) => void setUrl({ range })}
        />
        <Readout fact={cursor} />
        <Button kind="quiet" size="small" hotkey="T" aria-pressed={url.twin === 'table'} onClick={toggle}>
          As table
        </Button>
      </div>
      {url.twin === 'table' ? (
        <TimelineTable facts={facts} />
      ) : (
        <div
          ref={ref}
          // A slider of facts: the arrow keys move from one to the next, the readout says which.
          role="slider"
          tabIndex={0}
          aria-label={`Timeline cursor of ${name}`}
          aria-valuemin={0}
          aria-valuemax={Math.max(facts.length - 1, 0)}
          aria-valuenow={cursor ? Math.max(facts.indexOf(cursor), 0) : 0}
          aria-valuetext={cursor ? `${cursor.lane}: ${cursor.text}` : 'no fact chosen'}
          onKeyDown={onKeyDown}
          className="dims max-h-[342px] overflow-y-auto -outline-offset-2"
        >
          <TimelineDrawing
            view={view}
            scale={scale}
            now={now}
            stale={stale}
            width={width}
            cursorAt={cursor?.at}
            label={`Timeline of ${name}. ${stripSummary(view.row.strip, now)}. The same facts are in the table view.`}
          />
        </div>
      )}
    </section>
  );
}
