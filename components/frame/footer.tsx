'use client';
import { useCopy } from '#components/ui/copy-button.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Kbd } from '#components/ui/kbd.tsx';
import { useKeymap } from '#components/ui/keymap-provider.tsx';
import type { KeyBinding } from '#components/ui/keymap.ts';
import { FrameKeys } from './frame-keys.tsx';

/** One entry per label: "j k move" would be two bindings with two labels. */
const unique = (bindings: readonly KeyBinding[]): KeyBinding[] => [
  ...new Map(bindings.map((binding) => [binding.keys, binding])).values(),
];

function FooterKey({ keys, label }: { keys: string; label: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <Kbd>{keys}</Kbd>
      {label}
    </span>
  );
}

/** The keys of the page, and what one would type at a prompt. */
export function Footer() {
  const { bindings, kubectl } = useKeymap();
  const { said, copy } = useCopy();
  return (
    <footer className="flex h-(--foot-h) shrink-0 items-center gap-3.5 overflow-hidden border-t border-line bg-bg px-4 text-12 whitespace-nowrap text-ink-2">
      <FrameKeys onCopy={() => kubectl !== undefined && copy(kubectl)} />
      {unique(bindings)
        .filter((binding) => binding.footer)
        .map(({ keys, label }) => (
          <FooterKey key={keys} keys={keys} label={label} />
        ))}
      <FooterKey keys="?" label="all keys" />
      {kubectl !== undefined && (
        <span className="ml-auto inline-flex min-w-0 items-center gap-1.5">
          <code className="min-w-0 truncate text-12">
            <ForeignText text={kubectl} />
          </code>
          <button
            type="button"
            onClick={() => copy(kubectl)}
            className="inline-flex items-center gap-1.5 px-1 -outline-offset-2 hover:text-ink"
          >
            <Kbd>y</Kbd>
            <span aria-live="polite">{said ?? 'copy'}</span>
            <span className="sr-only"> the kubectl command of this page</span>
          </button>
        </span>
      )}
    </footer>
  );
}
