'use client';
import { memo } from 'react';
import { clockTime, useTimeZone } from '#components/live/clock-time.tsx';
import { logLevel } from '#components/cluster/log-level.ts';
import type { LogLevel } from '#components/cluster/log-level.ts';
import { LogText } from '#components/cluster/log-text.tsx';
import type { LogLine } from '#lib/client/log-line.ts';

const LOOK: Record<LogLevel, string> = {
  error: 'text-crit shadow-[inset_3px_0_var(--crash)]',
  warn: 'text-warn',
  info: '',
  debug: 'text-ink-3',
  none: '',
};

type Props = {
  line: LogLine;
  find: string;
  current: boolean;
  times: boolean;
  wrap: boolean;
  zone: string | undefined;
};

const OneLine = memo(function OneLine({ line, find, current, times, wrap, zone }: Props) {
  return (
    <div
      data-line={line.number}
      // Lines off the screen cost no layout: no list library, and the browser's own search still finds them.
      className={`px-4 [content-visibility:auto] [contain-intrinsic-size:auto_18px] ${wrap ? 'whitespace-pre-wrap [overflow-wrap:anywhere]' : 'whitespace-pre'} ${LOOK[logLevel(line.text)]} ${current ? 'bg-selected' : ''}`}
    >
      {times && line.at !== undefined && (
        <span className="text-ink-3 select-none">{clockTime(line.at, 'time', zone)} </span>
      )}
      <LogText text={line.text} find={find === '' ? undefined : find} />
    </div>
  );
});

type ListProps = {
  lines: readonly LogLine[];
  find: string;
  currentLine: number | undefined;
  times: boolean;
  wrap: boolean;
};

export function LogLines({ lines, find, currentLine, times, wrap }: ListProps) {
  const zone = useTimeZone();
  return (
    <div className={wrap ? '' : 'w-max min-w-full'}>
      {lines.map((line) => (
        <OneLine
          key={line.number}
          line={line}
          find={find}
          current={line.number === currentLine}
          times={times}
          wrap={wrap}
          zone={zone}
        />
      ))}
    </div>
  );
}
