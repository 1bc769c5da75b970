import { logLevel } from '#components/cluster/log-level.ts';
import type { LogLine } from '#lib/client/log-line.ts';

/** Numbers of the lines that contain the text, case-insensitively. */
export function matchingLines(lines: readonly LogLine[], find: string): number[] {
  if (find === '') return [];
  const needle = find.toLowerCase();
  return lines.filter(({ text }) => text.toLowerCase().includes(needle)).map(({ number }) => number);
}

/** The match after (or before) the current one, going round at the ends. */
export function stepMatch(
  matches: readonly number[],
  current: number | undefined,
  by: 1 | -1,
): number | undefined {
  if (by === 1) return matches.find((number) => number > (current ?? 0)) ?? matches[0];
  return matches.findLast((number) => number < (current ?? Number.POSITIVE_INFINITY)) ?? matches.at(-1);
}

export const firstError = (lines: readonly LogLine[]): number | undefined =>
  lines.find(({ text }) => logLevel(text) === 'error')?.number;

export function levelCounts(lines: readonly LogLine[]): { warn: number; error: number } {
  const counts = { warn: 0, error: 0 };
  for (const { text } of lines) {
    const level = logLevel(text);
    if (level === 'warn' || level === 'error') counts[level] += 1;
  }
  return counts;
}

/** As kubectl logs --timestamps prints it. */
export const logText = (lines: readonly LogLine[]): string =>
  lines.map(({ at, text }) => (at === undefined ? text : `${new Date(at).toISOString()} ${text}`)).join('\n');
