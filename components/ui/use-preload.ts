'use client';
import { useEffect } from 'react';

/** What is wanted later must not wait for a download then, nor the first view for it now (ms). */
const PRELOAD_AFTER_MS = 2_000;

/** Fetches code that is not needed yet once the page has settled. */
export function usePreload(load: () => Promise<unknown>): void {
  useEffect(() => {
    // Without it the code is fetched when it is wanted, and then a failure is told.
    const timer = setTimeout(() => void load().catch(() => undefined), PRELOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, [load]);
}
