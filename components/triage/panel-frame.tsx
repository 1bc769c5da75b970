import type { ReactNode } from 'react';

type Props = { label: string; chosen: boolean; children: ReactNode };

/**
 * Fixed width, own scroll. On a narrow screen it lies over the list, so there it waits until a row was `chosen`.
 */
export function PanelFrame({ label, chosen, children }: Props) {
  return (
    <aside
      aria-label={label}
      className={`flex w-(--panel-w) max-w-full shrink-0 flex-col border-l border-line-strong bg-surface max-[1199px]:absolute max-[1199px]:inset-y-0 max-[1199px]:right-0 max-[1199px]:z-20 ${chosen ? '' : 'max-[1199px]:hidden'}`}
    >
      {children}
    </aside>
  );
}
