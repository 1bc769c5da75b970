'use client';
import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';
import { useLive } from '#components/live/live-provider.tsx';
import { KindStates } from './kind-states.tsx';

/** The states of all kinds with their button; loaded when they are first wanted. */
export function ConnectionPopup({ button, className }: { button: ReactNode; className: string }) {
  const { state, view } = useLive();
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger className={className}>{button}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          aria-label="State of every kind"
          className="z-50 w-[480px] rounded-2 border border-line-strong bg-surface p-3 shadow-(--shadow-dialog)"
        >
          <KindStates state={state} view={view} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
