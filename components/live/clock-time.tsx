'use client';
import { useSyncExternalStore } from 'react';

const nothing = () => () => undefined;

const FORMATS = {
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  minute: { hour: '2-digit', minute: '2-digit' },
  date: {
    day: '2-digit',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

export function clockTime(at: number, format: keyof typeof FORMATS = 'time', timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', { ...FORMATS[format], hourCycle: 'h23', timeZone }).format(at);
}

/** The server does not know the reader's time zone: the first frame is UTC, the next one local. */
export function useTimeZone(): string | undefined {
  return useSyncExternalStore(
    nothing,
    () => undefined,
    () => 'UTC',
  );
}

/** Absolute time with seconds, in the reader's zone; the ISO time in the title. */
export function ClockTime({ at, format = 'time' }: { at: number; format?: keyof typeof FORMATS }) {
  const timeZone = useTimeZone();
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={iso}>
      {clockTime(at, format, timeZone)}
    </time>
  );
}
