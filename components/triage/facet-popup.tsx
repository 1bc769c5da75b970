'use client';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import type { FacetCount } from './filters.ts';

export type FacetPopupProps = {
  counts: readonly FacetCount[];
  chosen: readonly string[];
  wordOf: (value: string) => string;
  onChange: (values: string[]) => void;
  button: ReactNode;
  className: string;
};

/** The open menu with its button; loaded when it is first wanted. */
export function FacetPopup({ counts, chosen, wordOf, onChange, button, className }: FacetPopupProps) {
  const toggle = (value: string, on: boolean) =>
    onChange(on ? [...chosen, value] : chosen.filter((other) => other !== value));
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger className={className}>{button}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={4}
          className="z-50 max-h-80 min-w-48 overflow-auto rounded-2 border border-line-strong bg-surface py-1 shadow-(--shadow-dialog)"
        >
          {counts.length === 0 && <p className="px-3 py-1 text-ink-3">Nothing to choose.</p>}
          {counts.map(({ value, count }) => (
            <DropdownMenu.CheckboxItem
              key={value}
              checked={chosen.includes(value)}
              onCheckedChange={(on) => toggle(value, on)}
              onSelect={(event) => event.preventDefault()}
              className="flex h-7 items-center gap-2 px-3 outline-none data-highlighted:bg-hover"
            >
              <span
                aria-hidden="true"
                className="grid size-3.5 place-items-center rounded-1 border border-control text-11"
              >
                <DropdownMenu.ItemIndicator>✓</DropdownMenu.ItemIndicator>
              </span>
              <ForeignText text={wordOf(value)} />
              <span className="ml-auto pl-4 text-ink-3">{count}</span>
            </DropdownMenu.CheckboxItem>
          ))}
          {chosen.length > 0 && (
            <DropdownMenu.Item
              onSelect={() => onChange([])}
              className="mt-1 flex h-7 items-center border-t border-line px-3 text-ink-2 outline-none data-highlighted:bg-hover"
            >
              Clear
            </DropdownMenu.Item>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
