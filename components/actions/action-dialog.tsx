'use client';
import { Dialog } from 'radix-ui';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useCluster } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import { useCopy } from '#components/ui/copy-button.tsx';
import { mayConfirm } from './action-flow.ts';
import type { ActionFlow } from './action-flow.ts';
import type { ActionRequest } from './action-request.ts';
import { DialogSteps } from './dialog-steps.tsx';
import { FollowRollout } from './follow-rollout.tsx';
import { ImageForm } from './image-form.tsx';
import { PreviewBody } from './preview-body.tsx';
import { useActionFlow } from './use-action-flow.ts';

const TYPING = 'input, textarea, select';

function titleOf(request: ActionRequest, flow: ActionFlow): string {
  if (flow.preview) return flow.preview.title;
  if (flow.receipt) return flow.receipt.title;
  return `${request.offer.label}: ${request.target.namespace}/${request.target.name}`;
}

/** What will happen, whether it may, one key to do it, and how it ended. */
export function ActionDialog({ request, onClose }: { request: ActionRequest; onClose: () => void }) {
  const { flow, check, edit, confirm } = useActionFlow(useCluster(), request);
  const [reason, setReason] = useState('');
  const confirmButton = useRef<HTMLButtonElement>(null);
  const { copy } = useCopy();
  const ready = mayConfirm(flow);

  useEffect(() => {
    if (ready) confirmButton.current?.focus();
  }, [ready]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // A key held down from opening the dialog must not confirm it.
    if (event.key === 'Enter' && event.repeat) return event.preventDefault();
    const target = event.target as HTMLElement;
    if (target.closest(TYPING)) return;
    if (event.key === 'y' && flow.preview && !event.ctrlKey && !event.metaKey) copy(flow.preview.kubectl);
    if (event.key === 'Enter' && !target.closest('button, a')) {
      event.preventDefault();
      confirm(reason);
    }
  };

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          onKeyDown={onKeyDown}
          onPointerDownOutside={(event) => flow.phase === 'sending' && event.preventDefault()}
          className="animate-appear fixed top-14 left-1/2 z-50 flex max-h-[calc(100dvh-88px)] w-[744px] max-w-[calc(100vw-32px)] -translate-x-1/2 flex-col overflow-hidden rounded-3 border border-line-strong bg-surface shadow-(--shadow-dialog) outline-none"
        >
          <div className="flex items-start gap-4 px-5 pt-[18px] pb-3">
            <div className="min-w-0">
              <Dialog.Title className="text-18 font-semibold tracking-[-0.012em] [overflow-wrap:anywhere]">
                {titleOf(request, flow)}
              </Dialog.Title>
              <Dialog.Description className="mt-0.5 text-ink-2">
                {flow.preview?.effect ?? 'Nothing is written before you confirm.'}
              </Dialog.Description>
            </div>
            <Dialog.Close asChild>
              <Button kind="quiet" className="ml-auto" hotkey="Esc">
                Close
              </Button>
            </Dialog.Close>
          </div>
          <form
            className="flex min-h-0 flex-col"
            onSubmit={(event) => {
              event.preventDefault();
              confirm(reason);
            }}
          >
            <div className="min-h-0 overflow-y-auto px-5 pb-3" tabIndex={-1}>
              {request.offer.type === 'set-image' && flow.phase !== 'following' && (
                <ImageForm request={request} flow={flow} onCheck={check} onEdit={edit} />
              )}
              {flow.phase === 'following' && flow.receipt ? (
                <FollowRollout initial={flow.receipt} />
              ) : (
                <PreviewBody flow={flow} reason={reason} onReason={setReason} onRetry={check} />
              )}
            </div>
            <div className="flex items-center gap-2 border-t border-line bg-bg px-5 py-3">
              <DialogSteps phase={flow.phase} />
              {flow.phase === 'following' ? (
                <Dialog.Close asChild>
                  <Button kind="primary" autoFocus>
                    Done
                  </Button>
                </Dialog.Close>
              ) : (
                <>
                  <Dialog.Close asChild>
                    <Button>Cancel</Button>
                  </Dialog.Close>
                  <Button ref={confirmButton} type="submit" kind="primary" disabled={!ready} hotkey="Enter">
                    {flow.phase === 'sending' ? 'Writing' : (flow.preview?.confirmLabel ?? 'Confirm')}
                  </Button>
                </>
              )}
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
