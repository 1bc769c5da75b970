import type { ValueHash } from './value-hash.ts';

/** What every `to…` function may use besides the object itself. */
export type ToModelContext = {
  /** Keyed hash for env values and templates; one key per process. */
  readonly hash: ValueHash;
  /** Names a field that was not what the API documents; the object is kept with that field at its default. */
  readonly odd: (path: string) => void;
};
