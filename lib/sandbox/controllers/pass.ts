import type { Write } from '#lib/sandbox/client/write.ts';

/** The result of one reconcile pass: what to write, in order, and when to look again without being told. */
export type Pass = {
  readonly writes: readonly Write[];
  readonly wakeAfterMs?: number;
  /** What is still written when a create was refused and the rest of `writes` was left out: mostly the status. */
  readonly afterRefusal?: (message: string) => readonly Write[];
};
