const DAY = Date.UTC(2026, 0, 15);

/** Readable test times: `at('10:02:41')` is that moment of one fixed UTC day, in epoch ms. */
export function at(clockTime: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clockTime.split(':').map(Number);
  return DAY + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
