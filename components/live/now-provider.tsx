'use client';
import { createContext, useContext, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { createNowStore } from './now-store.ts';
import type { NowStore } from './now-store.ts';

const Context = createContext<{ store: NowStore; initialNow: number } | undefined>(undefined);

/** `initialNow` is the server's time of rendering: both sides draw the same first frame. */
export function NowProvider({ initialNow, children }: { initialNow: number; children: ReactNode }) {
  const [value] = useState(() => ({ store: createNowStore(initialNow), initialNow }));
  return <Context value={value}>{children}</Context>;
}

export function useNowStore(): NowStore {
  return useNowContext().store;
}

function useNowContext() {
  const value = useContext(Context);
  if (!value) throw new Error('useNow needs a NowProvider above it.');
  return value;
}

/** Server time, epoch ms, in steps: a drawing that moves 0.04 px a second need not be drawn each second. */
export function useNow(stepMs = 1_000): number {
  const { store, initialNow } = useNowContext();
  const step = (now: number) => Math.floor(now / stepMs) * stepMs;
  return useSyncExternalStore(
    store.subscribe,
    () => step(store.read()),
    () => step(initialNow),
  );
}

/** What is said of the time; those who say it are asked each second, and drawn only when they say something else. */
export function useNowText(say: (now: number) => string): string {
  const { store, initialNow } = useNowContext();
  return useSyncExternalStore(
    store.subscribe,
    () => say(store.read()),
    () => say(initialNow),
  );
}
