'use client';
import { createContext, useContext, useState } from 'react';
import type { ReactNode } from 'react';
import type { ActionRequest } from './action-request.ts';
import { ActionDialog } from './action-dialog.tsx';

const Context = createContext<(request: ActionRequest) => void>(() => undefined);

export const useOpenAction = () => useContext(Context);

/** Holds the one action dialog of a screen. It survives the row it was opened from. */
export function ActionDialogHost({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState<{ request: ActionRequest; key: number }>();
  return (
    <Context value={(request) => setOpened((before) => ({ request, key: (before?.key ?? 0) + 1 }))}>
      {children}
      {opened && (
        <ActionDialog key={opened.key} request={opened.request} onClose={() => setOpened(undefined)} />
      )}
    </Context>
  );
}
