'use client';
import { Dialog } from 'radix-ui';
import { Button } from '#components/ui/button.tsx';
import { Kbd } from '#components/ui/kbd.tsx';
import { useKeymap } from '#components/ui/keymap-provider.tsx';

export function KeyHelp({ onClose }: { onClose: () => void }) {
  const { bindings } = useKeymap();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="animate-appear fixed top-14 left-1/2 z-50 w-[480px] max-w-[calc(100vw-32px)] -translate-x-1/2 rounded-3 border border-line-strong bg-surface p-5 shadow-(--shadow-dialog) outline-none"
        >
          <div className="mb-3 flex items-center">
            <Dialog.Title className="text-18 font-semibold">Keys</Dialog.Title>
            <Dialog.Close asChild>
              <Button kind="quiet" className="ml-auto" hotkey="Esc">
                Close
              </Button>
            </Dialog.Close>
          </div>
          <dl className="grid grid-cols-[96px_1fr] gap-y-1.5">
            {[...new Map(bindings.map((binding) => [binding.keys, binding])).values()].map(
              ({ keys, label }) => (
                <div key={keys} className="contents">
                  <dt className="flex gap-1">
                    <span className="sr-only">{keys}</span>
                    {keys.split(' ').map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dt>
                  <dd>{label}</dd>
                </div>
              ),
            )}
          </dl>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
