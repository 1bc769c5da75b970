'use client';
import { Check, Clock, Copy, Download, WrapText } from 'lucide-react';
import type { RefObject } from 'react';
import { podEnd } from '#components/timeline/timeline-model.ts';
import { Button } from '#components/ui/button.tsx';
import { useCopy } from '#components/ui/copy-button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Kbd } from '#components/ui/kbd.tsx';
import { Segmented } from '#components/ui/segmented.tsx';
import type { LogLine } from '#lib/client/log-line.ts';
import type { LogState } from '#lib/client/use-log.ts';
import { levelCounts, logText } from './log-search.ts';
import type { LogChoice, LogTarget } from './log-target.ts';
import { useIncidentUrl } from './use-incident-url.ts';

type Props = {
  choices: readonly LogChoice[];
  target: LogTarget | undefined;
  log: LogState;
  shown: readonly LogLine[];
  waiting: number;
  paused: boolean;
  matches: readonly number[];
  current: number | undefined;
  inputRef: RefObject<HTMLInputElement | null>;
  onTarget: (target: LogTarget) => void;
  onSearch: (by: 1 | -1) => void;
  onJump: () => void;
  onPause: () => void;
};

const RUNS = [
  { value: 'current', label: 'current' },
  { value: 'previous', label: 'previous' },
] as const;

function TargetChoice({
  choices,
  target,
  onTarget,
}: Pick<Props, 'choices' | 'onTarget'> & { target: LogTarget }) {
  const chosen = choices.findIndex(
    ({ pod, container }) => pod.name === target.pod && container.name === target.container,
  );
  return (
    <>
      <select
        aria-label="Container"
        value={chosen}
        onChange={(event) => {
          const choice = choices[Number(event.target.value)];
          if (choice) onTarget({ pod: choice.pod.name, container: choice.container.name, run: target.run });
        }}
        className="h-[26px] max-w-48 rounded-2 border border-line-strong bg-surface px-1.5 text-12"
      >
        {choices.map(({ pod, container }, index) => (
          <option key={`${pod.name}/${container.name}`} value={index}>
            {podEnd(pod.name)} / {container.name}
            {container.restartCount > 0 ? ` (${container.restartCount} restarts)` : ''}
          </option>
        ))}
      </select>
      <Segmented
        label="Run"
        value={target.run}
        options={RUNS}
        onChange={(run) => onTarget({ ...target, run })}
      />
    </>
  );
}

function SearchBox({
  matches,
  current,
  inputRef,
  onSearch,
}: Pick<Props, 'matches' | 'current' | 'inputRef' | 'onSearch'>) {
  const [url, setUrl] = useIncidentUrl();
  const at = current === undefined ? -1 : matches.indexOf(current);
  return (
    <span className="flex h-[26px] w-[168px] items-center gap-1.5 rounded-2 border border-control px-1.5 focus-within:outline-2 focus-within:outline-focus">
      <Kbd>/</Kbd>
      <input
        ref={inputRef}
        type="search"
        aria-label="Search the log"
        placeholder="Search the log"
        value={url.find}
        onChange={(event) => void setUrl({ find: event.target.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
          if (event.key === 'Enter') onSearch(event.shiftKey ? -1 : 1);
        }}
        className="min-w-0 flex-1 bg-transparent text-12 outline-none placeholder:text-ink-3"
      />
      {url.find !== '' && (
        <span className="tnum text-11 text-ink-3" aria-live="polite">
          {at + 1}/{matches.length}
        </span>
      )}
    </span>
  );
}

/** A link made on the spot: the lines never leave this page otherwise. */
function download(lines: readonly LogLine[], target: LogTarget) {
  const address = URL.createObjectURL(new Blob([logText(lines)], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${target.pod}_${target.container}_${target.run}.log`;
  link.click();
  URL.revokeObjectURL(address);
}

export function LogToolbar(props: Props) {
  const { target, log, shown, paused, waiting } = props;
  const [url, setUrl] = useIncidentUrl();
  const counts = levelCounts(shown);
  const { said, copy } = useCopy();
  return (
    <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-b border-line py-1 pr-2.5 pl-4">
      <h2 className="font-semibold">Logs</h2>
      {target && <TargetChoice choices={props.choices} target={target} onTarget={props.onTarget} />}
      {target?.run === 'current' && (
        <Button kind="quiet" size="small" aria-pressed={paused} hotkey="f" onClick={props.onPause}>
          {paused ? `Follow${waiting > 0 ? `, ${waiting} new` : ''}` : 'Pause'}
        </Button>
      )}
      <span className="tnum ml-auto text-12 whitespace-nowrap text-ink-2">
        WARN {counts.warn}, ERROR {counts.error}
      </span>
      <Button kind="quiet" size="small" hotkey="e" disabled={counts.error === 0} onClick={props.onJump}>
        First error
      </Button>
      <SearchBox
        matches={props.matches}
        current={props.current}
        inputRef={props.inputRef}
        onSearch={props.onSearch}
      />
      <IconButton
        icon={WrapText}
        label="Wrap long lines"
        aria-pressed={url.wrap}
        onClick={() => void setUrl({ wrap: !url.wrap })}
      />
      <IconButton
        icon={Clock}
        label="Show times"
        aria-pressed={url.times}
        onClick={() => void setUrl({ times: !url.times })}
      />
      <IconButton
        icon={said === undefined ? Copy : Check}
        label={said ?? 'Copy the log'}
        onClick={() => copy(logText(shown))}
      />
      {target && (
        <IconButton icon={Download} label="Download the log" onClick={() => download(log.lines, target)} />
      )}
    </div>
  );
}
