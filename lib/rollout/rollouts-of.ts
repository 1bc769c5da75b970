import type { Revision } from '#lib/model/revision.ts';

/** One time at which a revision became the current one. */
export type Rollout<R = Revision> = {
  readonly revision: R;
  /** The number it got; undefined where it was given another one since and nobody keeps the first. */
  readonly number?: number;
  readonly at: number;
  /** It is the rollout in force. */
  readonly isCurrent: boolean;
};

/**
 * Every time a revision became the current one, oldest first. What was rolled back to did so twice, under two numbers; when the
 * second time was may not be known, and then it is not told.
 */
export function rolloutsOf<
  R extends Pick<
    Revision,
    'number' | 'createdAt' | 'rolledOutAt' | 'pastRevisions' | 'wasReturnedTo' | 'isCurrent'
  >,
>(revisions: readonly R[]): Rollout<R>[] {
  return revisions
    .flatMap((revision): Rollout<R>[] => {
      const { number, createdAt, rolledOutAt, pastRevisions, wasReturnedTo, isCurrent } = revision;
      if (!wasReturnedTo) return [{ revision, number, at: createdAt, isCurrent }];
      const first = { revision, number: pastRevisions?.[0], at: createdAt, isCurrent: false };
      return rolledOutAt === undefined ? [first] : [first, { revision, number, at: rolledOutAt, isCurrent }];
    })
    .toSorted((a, b) => a.at - b.at || (a.number ?? 0) - (b.number ?? 0));
}
