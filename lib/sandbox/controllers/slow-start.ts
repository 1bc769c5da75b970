import type { Write } from '#lib/sandbox/client/write.ts';

type Create = Extract<Write, { verb: 'create' }>;

/** Batches of 1, 2, 4 ...: a quota is not hammered with a hundred requests (controller_utils.go, slowStartBatch). */
export function slowStart(creates: readonly Create[]): readonly Create[] {
  return creates.map((create, index) => ({ ...create, batch: Math.floor(Math.log2(index + 1)) }));
}
