import type { ReactNode } from 'react';
import type { IncidentRow } from '#lib/contract/incident-row.ts';

export type Standing = IncidentRow['severity'] | 'recovered';

/** A recovered incident keeps its severity in the data; on screen its standing is that it recovered. */
export const standingOf = (row: Pick<IncidentRow, 'state' | 'severity'>): Standing =>
  row.state === 'recovered' ? 'recovered' : row.severity;

export const STANDINGS: readonly Standing[] = ['critical', 'warning', 'notice', 'unknown', 'recovered'];

const cut = 'fill-none stroke-surface [stroke-width:1.7]';
const outline = 'fill-none stroke-current [stroke-width:1.5]';
const stroke = 'fill-none stroke-current [stroke-width:1.6]';

const LOOK: Record<Standing, { word: string; text: string; shape: ReactNode }> = {
  critical: {
    word: 'Critical',
    text: 'text-crit',
    shape: (
      <>
        <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" className="fill-crit-mark" />
        <path d="M8 4.2v4.6M8 10.6v1.6" className={cut} />
      </>
    ),
  },
  warning: {
    word: 'Warning',
    text: 'text-warn',
    shape: (
      <>
        <path d="M8 1.2 15.4 14.6H.6z" className="fill-warn-mark" />
        <path d="M8 6v4M8 11.6v1.4" className={cut} />
      </>
    ),
  },
  notice: {
    word: 'Notice',
    text: 'text-note',
    shape: (
      <>
        <rect x="1.75" y="1.75" width="12.5" height="12.5" rx="2" className={outline} />
        <path d="M8 7v4.6M8 4.2v1.5" className={stroke} />
      </>
    ),
  },
  unknown: {
    word: 'Unknown',
    text: 'text-unk',
    shape: (
      <>
        <circle cx="8" cy="8" r="6.5" className={outline} strokeDasharray="2.6 2.2" />
        <path d="M6.2 6.4c0-2.4 3.7-2.4 3.7 0 0 1.4-1.9 1.4-1.9 3M8 11.2v1.2" className={stroke} />
      </>
    ),
  },
  recovered: {
    word: 'Recovered',
    text: 'text-ok',
    shape: (
      <>
        <circle cx="8" cy="8" r="6.5" className={outline} />
        <path d="M4.9 8.2l2.2 2.3 4-4.6" className={stroke} />
      </>
    ),
  },
};

export const standingWord = (standing: Standing): string => LOOK[standing].word;

/** The shape alone; the word must stand beside it. */
export function SeverityShape({ standing, size = 14 }: { standing: Standing; size?: number }) {
  const { text, shape } = LOOK[standing];
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" className={`shrink-0 ${text}`}>
      {shape}
    </svg>
  );
}

/** Shape and word, never colour alone. */
export function SeverityMark({ standing }: { standing: Standing }) {
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${LOOK[standing].text}`}>
      <SeverityShape standing={standing} />
      {LOOK[standing].word}
    </span>
  );
}
