import { useEffect, useState } from 'react';

/** The value once it has stayed the same for so long: what is asked of the server per pause, not per key. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

/** Whether this has been on the screen for so long. */
export function useHasStayed(ms: number): boolean {
  const [hasStayed, setStayed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setStayed(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return hasStayed;
}
