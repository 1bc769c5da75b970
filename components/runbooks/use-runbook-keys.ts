import type { RefObject } from 'react';
import { useKeys } from '#components/ui/keymap-provider.tsx';
import type { RunbookSummary } from '#lib/contract/runbooks.ts';

type Props = {
  shown: readonly RunbookSummary[];
  selected: RunbookSummary | undefined;
  input: RefObject<HTMLInputElement | null>;
  onSelect: (id: string) => void;
};

/** An id holds letters, digits and hyphens only: nothing to escape. */
const linkOf = (id: string) => document.querySelector<HTMLElement>(`[data-runbook="${id}"]`);

/** The keys of a list: the focus goes with the selection, so that Enter opens and a screen reader follows. */
export function useRunbookKeys({ shown, selected, input, onSelect }: Props): void {
  const move = (by: number) => {
    const focused = document.activeElement?.getAttribute('data-runbook');
    const at = shown.findIndex(({ id }) => id === focused);
    const start = at >= 0 ? at + by : selected ? shown.indexOf(selected) : 0;
    const next = shown[Math.min(Math.max(start, 0), shown.length - 1)];
    if (!next) return;
    onSelect(next.id);
    const link = linkOf(next.id);
    link?.focus({ preventScroll: true });
    link?.scrollIntoView?.({ block: 'nearest' });
  };
  useKeys([
    { keys: 'j', label: 'next', footer: true, run: () => move(1) },
    { keys: 'k', label: 'previous', footer: true, run: () => move(-1) },
    { keys: 'ArrowDown', label: 'next', run: () => move(1) },
    { keys: 'ArrowUp', label: 'previous', run: () => move(-1) },
    { keys: 'Enter', label: 'open', footer: true, run: () => selected && linkOf(selected.id)?.click() },
    { keys: '/', label: 'filter', footer: true, run: () => input.current?.focus() },
  ]);
}
