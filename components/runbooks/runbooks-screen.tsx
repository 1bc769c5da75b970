'use client';
import { useRef } from 'react';
import { useCluster } from '#components/live/live-provider.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { RunbookGap, RunbookList } from '#lib/contract/runbooks.ts';
import { filterRunbooks } from './filter-runbooks.ts';
import { RunbookFilterBar } from './runbook-filter.tsx';
import { RunbookTable } from './runbook-table.tsx';
import { useRunbookKeys } from './use-runbook-keys.ts';
import { useRunbooksUrl } from './use-runbooks-url.ts';

function Gaps({ gaps }: { gaps: readonly RunbookGap[] }) {
  if (gaps.length === 0) return null;
  return (
    <Notice tone="warn">
      {gaps.length === 1 ? 'One runbook' : `${gaps.length} runbooks`} of your team could not be used:
      <ul className="list-disc pl-5">
        {gaps.map(({ where, reason }) => (
          <li key={`${where} ${reason}`}>
            <code>
              <ForeignText text={where} />
            </code>
            : <ForeignText text={reason} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}

type Props = {
  list: RunbookList;
  /** The address asked for a page that is not there. */
  missing?: boolean;
};

/** Every runbook, to be found by text and family. */
export function RunbooksScreen({ list, missing = false }: Props) {
  const cluster = useCluster();
  const [url, setUrl] = useRunbooksUrl();
  const input = useRef<HTMLInputElement>(null);
  const shown = filterRunbooks(list.runbooks, url);
  const selected = shown.find(({ id }) => id === url.row) ?? shown[0];
  useRunbookKeys({ shown, selected, input, onSelect: (row) => void setUrl({ row }) });
  return (
    <>
      {missing && (
        <div role="alert" className="border-b border-line px-4 py-2.5">
          <p className="text-15 font-medium">There is no runbook at this address. These are all there are:</p>
        </div>
      )}
      <RunbookFilterBar
        runbooks={list.runbooks}
        filter={url}
        inputRef={input}
        onFilter={(change) => void setUrl(change)}
      />
      <Gaps gaps={list.gaps} />
      <div
        role="group"
        tabIndex={-1}
        aria-label="Runbooks, scrollable"
        className="min-h-0 flex-1 overflow-auto"
      >
        {shown.length === 0 ? (
          <p className="px-4 py-1.5 text-15 font-medium">No runbook matches.</p>
        ) : (
          <RunbookTable
            runbooks={shown}
            cluster={cluster}
            selectedId={url.row === null ? undefined : selected?.id}
          />
        )}
      </div>
    </>
  );
}
