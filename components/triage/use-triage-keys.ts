import type { RefObject } from 'react';
import { useKeys } from '#components/ui/keymap-provider.tsx';
import { incidentHref } from '#lib/client/hrefs.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import { kubectlGet } from '#components/cluster/kubectl-get.ts';
import type { useTriageUrl } from './use-triage-url.ts';

type Props = {
  rows: readonly IncidentRow[];
  selected: IncidentRow | undefined;
  cluster: string;
  router: { push: (href: string) => void };
  input: RefObject<HTMLInputElement | null>;
  panel: 'open' | 'closed';
  view: 'incidents' | 'pods';
  setUrl: ReturnType<typeof useTriageUrl>[1];
};

const focusLink = (id: string) =>
  // The row is drawn after the selection moved.
  requestAnimationFrame(() =>
    document
      .querySelector<HTMLElement>(`[data-row-link="${CSS.escape(id)}"]`)
      ?.focus({ preventScroll: true }),
  );

/** Keys of the list. Undo and image belong to the panel, which knows whether they are permitted. */
export function useTriageKeys({ rows, selected, cluster, router, input, panel, view, setUrl }: Props): void {
  const open = (params?: Record<string, string>) => {
    if (selected) router.push(incidentHref(cluster, selected.id, params));
  };
  const move = (by: number) => {
    const at = selected ? rows.indexOf(selected) : -1;
    const isFirstMove = !document.activeElement?.closest('[data-row-link]') && at === 0 && by > 0;
    const next =
      rows[Math.min(Math.max(at + (isFirstMove && panel === 'closed' ? 0 : by), 0), rows.length - 1)];
    if (!next) return;
    void setUrl({ row: next.id });
    focusLink(next.id);
  };
  const search = { keys: '/', label: 'filter', run: () => input.current?.focus() };
  const list = [
    { keys: 'j', label: 'next', footer: true, run: () => move(1) },
    { keys: 'k', label: 'previous', footer: true, run: () => move(-1) },
    { keys: 'ArrowDown', label: 'next', run: () => move(1) },
    { keys: 'ArrowUp', label: 'previous', run: () => move(-1) },
    { keys: 'Enter', label: 'open', footer: true, run: () => open() },
    {
      keys: 'Space',
      label: 'panel',
      footer: true,
      run: () => void setUrl({ panel: panel === 'open' ? 'closed' : 'open', row: selected?.id ?? null }),
    },
    { keys: 'l', label: 'logs', footer: true, run: () => open({ focus: 'logs' }) },
  ];
  useKeys(
    view === 'incidents' ? [...list, search] : [search],
    view === 'incidents' && selected ? kubectlGet(selected.workload) : 'kubectl get pods -A',
  );
}
