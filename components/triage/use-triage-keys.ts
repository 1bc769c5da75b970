import type { RefObject } from 'react';
import { useKeys } from '#components/ui/keymap-provider.tsx';
import { incidentHref } from '#lib/client/hrefs.ts';
import { kubectlGet } from '#components/cluster/kubectl-get.ts';
import type { TriageLine } from './fold-rows.ts';
import type { useTriageUrl } from './use-triage-url.ts';

type Props = {
  lines: readonly TriageLine[];
  selected: TriageLine | undefined;
  /** Folds what is unfolded and the other way round. */
  onFold: (id: string) => void;
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

const enterDoes = (line: TriageLine | undefined): string =>
  line?.kind === 'shared' ? (line.unfolded ? 'fold' : 'unfold') : 'open';

/** Keys of the list. Undo and image belong to the panel, which knows whether they are permitted. */
export function useTriageKeys({
  lines,
  selected,
  onFold,
  cluster,
  router,
  input,
  panel,
  view,
  setUrl,
}: Props): void {
  const open = (params?: Record<string, string>) => {
    if (selected?.kind === 'shared') onFold(selected.id);
    else if (selected) router.push(incidentHref(cluster, selected.id, params));
  };
  const fold = (unfolded: boolean) => {
    // An incident under its cause folds the cause; which then is selected, or the line would be gone.
    const cause = selected?.kind === 'incident' ? selected.under?.id : selected?.id;
    const line = lines.find(({ id }) => id === cause);
    if (line?.kind !== 'shared' || line.unfolded === unfolded) return;
    onFold(line.id);
    focusLink(line.id);
  };
  const move = (by: number) => {
    const at = selected ? lines.indexOf(selected) : -1;
    const isFirstMove = !document.activeElement?.closest('[data-row-link]') && at === 0 && by > 0;
    const next =
      lines[Math.min(Math.max(at + (isFirstMove && panel === 'closed' ? 0 : by), 0), lines.length - 1)];
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
    {
      keys: 'Enter',
      label: enterDoes(selected),
      footer: true,
      run: () => open(),
    },
    { keys: 'ArrowRight', label: 'unfold', run: () => fold(true) },
    { keys: 'ArrowLeft', label: 'fold', run: () => fold(false) },
    {
      keys: 'Space',
      label: 'panel',
      footer: true,
      run: () => void setUrl({ panel: panel === 'open' ? 'closed' : 'open', row: selected?.id ?? null }),
    },
    ...(selected?.kind === 'shared'
      ? []
      : [{ keys: 'l', label: 'logs', footer: true, run: () => open({ focus: 'logs' }) }]),
  ];
  useKeys(
    view === 'incidents' ? [...list, search] : [search],
    view === 'incidents' && selected?.kind === 'incident'
      ? kubectlGet(selected.row.workload)
      : 'kubectl get pods -A',
  );
}
