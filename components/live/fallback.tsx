'use client';
import type { ReactNode } from 'react';
import { SWRConfig } from 'swr';

/** Hands what the server already knows to the hooks below, so that the first HTML is complete. */
export function Fallback({
  data,
  children,
}: {
  data: Readonly<Record<string, unknown>>;
  children: ReactNode;
}) {
  return (
    <SWRConfig value={(outer) => ({ ...outer, fallback: { ...outer?.fallback, ...data } })}>
      {children}
    </SWRConfig>
  );
}
