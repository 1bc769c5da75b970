import type { Pod } from '#lib/sandbox/client/objects.ts';

export const INDEX = 'batch.kubernetes.io/job-completion-index';

export function indexOf({ metadata }: Pod): number | undefined {
  const value = metadata.annotations?.[INDEX];
  return value === undefined || !/^\d+$/.test(value) ? undefined : Number(value);
}

/** `0-2,5` (status.completedIndexes) as numbers below `completions`. */
export function parseIndexes(text: string | undefined, completions: number): readonly number[] {
  return (text ?? '')
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
    })
    .filter((index) => index < completions);
}

/** Sorted numbers as `0-2,5`; two neighbours are written `3,4`. */
export function indexText(indexes: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const index of [...new Set(indexes)].toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[1] + 1 === index) last[1] = index;
    else runs.push([index, index]);
  }
  return runs
    .map(([first, last]) =>
      first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`,
    )
    .join(',');
}
