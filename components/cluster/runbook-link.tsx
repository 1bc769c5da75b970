'use client';
import Link from 'next/link';
import { useRef } from 'react';
import { useCluster } from '#components/live/live-provider.tsx';
import { Kbd } from '#components/ui/kbd.tsx';
import { useKeys } from '#components/ui/keymap-provider.tsx';
import { runbookHref } from '#lib/client/hrefs.ts';

type Props = {
  causeId: string;
  /** The way back. */
  incidentId: string;
};

/** The page about a cause; for causes that are not the main one. */
export function RunbookLink({ causeId, incidentId }: Props) {
  return (
    <Link
      href={runbookHref(useCluster(), causeId, incidentId)}
      prefetch={false}
      aria-label={`Runbook ${causeId}`}
      className="whitespace-nowrap text-link underline"
    >
      Runbook
    </Link>
  );
}

/** The page about the incident's cause, with the key that opens it. */
export function KeyedRunbookLink({ causeId, incidentId }: Props) {
  const link = useRef<HTMLAnchorElement>(null);
  useKeys([{ keys: 'b', label: 'runbook', footer: true, run: () => link.current?.click() }]);
  return (
    <Link
      ref={link}
      href={runbookHref(useCluster(), causeId, incidentId)}
      prefetch={false}
      aria-keyshortcuts="b"
      className="inline-flex items-center gap-1.5 text-12 whitespace-nowrap text-link hover:underline"
    >
      <span>
        Runbook<span className="sr-only"> {causeId}</span>
      </span>
      <Kbd>b</Kbd>
    </Link>
  );
}
