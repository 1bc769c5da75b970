import type { Write } from '#lib/sandbox/client/write.ts';

/** The result of one reconcile pass: what to write, in order, and when to look again without being told. */
export type Pass = {
  readonly writes: readonly Write[];
  readonly wakeAfterMs?: number;
  /** What is still written when a create was refused and the rest of `writes` was left out: mostly the status. */
  readonly afterRefusal?: (message: string) => readonly Write[];
};

/** The shortest of several waits, ms; undefined when nobody waits. */
export function soonest(waits: readonly (number | undefined)[]): number | undefined {
  const known = waits.filter((wait): wait is number => wait !== undefined && wait > 0);
  return known.length > 0 ? Math.min(...known) : undefined;
}
