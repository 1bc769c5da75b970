'use client';
import { shortAge, tinyAge } from '#lib/client/durations.ts';
import { useNowText } from './now-provider.tsx';

const FORMATS = { short: shortAge, tiny: tinyAge } as const;

/** Time since `at`, ticking. */
export function Age({ at, format = 'short' }: { at: number; format?: keyof typeof FORMATS }) {
  return useNowText((now) => FORMATS[format](now - at));
}
