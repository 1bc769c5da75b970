import type { ReactNode } from 'react';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import type { ActionPreview } from '#lib/contract/actions.ts';

type Check = ActionPreview['checks'][number];

const LOOK: Record<Check['result'], { word: string; text: string; shape: ReactNode }> = {
  pass: {
    word: 'Pass',
    text: 'text-ok-mark',
    shape: <path d="M2.5 8.5l3.5 4 7.5-9" fill="none" stroke="currentColor" strokeWidth="2" />,
  },
  fail: {
    word: 'Fail',
    text: 'text-crit-mark',
    shape: <path d="M3 3l10 10M13 3L3 13" fill="none" stroke="currentColor" strokeWidth="2" />,
  },
  note: {
    word: 'Note',
    text: 'text-warn-mark',
    shape: (
      <path d="M8 1.8 14.8 14H1.2zM8 6v4M8 11.2v1.4" fill="none" stroke="currentColor" strokeWidth="1.5" />
    ),
  },
  unknown: {
    word: 'Unknown',
    text: 'text-unk-mark',
    shape: (
      <>
        <circle
          cx="8"
          cy="8"
          r="6.5"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeDasharray="2.6 2.2"
        />
        <path
          d="M6.2 6.4c0-2.4 3.7-2.4 3.7 0 0 1.4-1.9 1.4-1.9 3M8 11.2v1.2"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
        />
      </>
    ),
  },
};

const ORDER: readonly Check['result'][] = ['pass', 'note', 'unknown', 'fail'];

/** "5 pass, 2 note, 1 unknown, 0 fail" */
export const checkSummary = (checks: readonly Check[]): string =>
  ORDER.map((result) => `${checks.filter((check) => check.result === result).length} ${result}`).join(', ');

/** Looked at before anything is written. */
export function CheckList({ checks }: { checks: readonly Check[] }) {
  return (
    <table aria-label="Checks" className="w-full table-fixed border-separate border-spacing-0">
      <tbody>
        {checks.map(({ result, name, sentence }) => {
          const { word, text, shape } = LOOK[result];
          return (
            <tr key={name} className="align-top [&>*]:py-1 [&>*]:shadow-[inset_0_-1px_var(--line)]">
              <td className="w-[92px] whitespace-nowrap text-ink-2">
                <svg
                  width="13"
                  height="13"
                  viewBox="0 0 16 16"
                  aria-hidden="true"
                  className={`mr-2 inline align-[-2px] ${text}`}
                >
                  {shape}
                </svg>
                {word}
              </td>
              <th scope="row" className="w-[96px] pr-2 text-left font-medium">
                {name}
              </th>
              <td className="text-ink-2 [overflow-wrap:anywhere]">
                <ForeignText text={sentence} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
