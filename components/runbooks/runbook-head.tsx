'use client';
import Link from 'next/link';
import { useRef } from 'react';
import { useCluster } from '#components/live/live-provider.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Kbd } from '#components/ui/kbd.tsx';
import { useKeys } from '#components/ui/keymap-provider.tsx';
import { incidentHref, pageHref } from '#lib/client/hrefs.ts';
import type { RunbookSummary } from '#lib/contract/runbooks.ts';
import { FAMILY_WORDS, ORIGIN_WORDS } from './family-words.ts';

/** Where the page stands, what it is called, who wrote it, and the way back. */
export function RunbookHead({ runbook, from }: { runbook: RunbookSummary; from: string | undefined }) {
  const cluster = useCluster();
  const back = useRef<HTMLAnchorElement>(null);
  useKeys([
    {
      keys: 'Escape',
      label: from === undefined ? 'all runbooks' : 'back to the incident',
      footer: true,
      run: () => back.current?.click(),
    },
  ]);
  const list = pageHref('/runbooks', cluster, { row: runbook.id });
  const origin = ORIGIN_WORDS[runbook.origin];
  return (
    <div className="shrink-0 border-b border-line-strong px-4 pt-1.5 pb-2.5">
      <div className="flex h-8 items-center gap-1.5">
        <Link ref={from === undefined ? back : undefined} href={list} className="text-link hover:underline">
          Runbooks
        </Link>
        <span className="text-ink-3">/</span>
        <span>{FAMILY_WORDS[runbook.family]}</span>
        <span className="text-ink-3">/</span>
        <code className="min-w-0 truncate text-12 text-ink-2">{runbook.id}</code>
        {from !== undefined && (
          <Link
            ref={back}
            href={incidentHref(cluster, from)}
            prefetch={false}
            aria-keyshortcuts="Escape"
            className="ml-auto inline-flex items-center gap-1.5 whitespace-nowrap text-link hover:underline"
          >
            Back to the incident <Kbd>Esc</Kbd>
          </Link>
        )}
      </div>
      <h1 className="text-18 font-semibold tracking-[-0.012em] [overflow-wrap:anywhere]">
        <ForeignText text={runbook.title} />
      </h1>
      {origin !== undefined && <p className="text-12 text-ink-2">Written by {origin}</p>}
    </div>
  );
}
