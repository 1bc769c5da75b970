import type { KnownParts } from './known-parts.ts';
import type { SharedValues } from './shared-values.ts';
import type { ValueHash } from './value-hash.ts';

/** What every `to…` function may use besides the object itself. */
export type ToModelContext = {
  /** Keyed hash for env values and templates; one key per process. */
  readonly hash: ValueHash;
  /** Names a field that was not what the API documents; the object is kept with that field at its default. */
  readonly odd: (path: string) => void;
  /** Makes equal values of one cluster one. Absent: nothing is held for long. */
  readonly values?: Pick<SharedValues, 'share' | 'once' | 'byText'>;
  /** Makes equal texts one, where the decoder has not done so. */
  readonly text?: <T extends string | undefined>(text: T) => T;
  /** Parts that came as JSON before. */
  readonly parts?: KnownParts;
};
