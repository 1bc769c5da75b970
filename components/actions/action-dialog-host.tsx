'use client';
import { createContext, lazy, Suspense, useContext, useState } from 'react';
import type { ReactNode } from 'react';
import { usePreload } from '#components/ui/use-preload.ts';
import type { ActionRequest } from './action-request.ts';

const load = () => import('./action-dialog.tsx');
const ActionDialog = lazy(() => load().then((module) => ({ default: module.ActionDialog })));

const Context = createContext<(request: ActionRequest) => void>(() => undefined);

export const useOpenAction = () => useContext(Context);

/** Holds the one action dialog of a screen. It survives the row it was opened from. */
export function ActionDialogHost({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState<{ request: ActionRequest; key: number }>();
  usePreload(load);
  return (
    <Context value={(request) => setOpened((before) => ({ request, key: (before?.key ?? 0) + 1 }))}>
      {children}
      {opened && (
        <Suspense>
          <ActionDialog key={opened.key} request={opened.request} onClose={() => setOpened(undefined)} />
        </Suspense>
      )}
    </Context>
  );
}
