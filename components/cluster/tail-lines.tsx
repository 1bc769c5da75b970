import { ClockTime } from '#components/live/clock-time.tsx';
import type { LogTail } from '#lib/contract/incident-view.ts';
import { LogText } from './log-text.tsx';
import { logLevel } from './log-level.ts';

/** The last words of a container: few lines, no controls. */
export function TailLines({ tail }: { tail: LogTail }) {
  if (tail.gap !== undefined && tail.lines.length === 0)
    return <p className="text-ink-3">No lines: {tail.gap}</p>;
  return (
    <div className="mono dims overflow-hidden rounded-1 border border-line bg-bg py-1.5 text-12">
      {tail.lines.map((line, index) => {
        const bad = logLevel(line.text) === 'error';
        return (
          <div
            key={index}
            className={`flex gap-2 px-2.5 whitespace-pre-wrap ${bad ? 'text-crit shadow-[inset_3px_0_var(--crash)]' : ''}`}
          >
            {line.at !== undefined && (
              <span className="shrink-0 text-ink-3">
                <ClockTime at={line.at} />
              </span>
            )}
            <span className="min-w-0 [overflow-wrap:anywhere]">
              <LogText text={line.text} />
            </span>
          </div>
        );
      })}
      {tail.exitCode !== undefined && <div className="px-2.5 text-ink-3">exit {tail.exitCode}</div>}
    </div>
  );
}
