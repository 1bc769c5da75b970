import type { KnownParts } from './known-parts.ts';
import type { Wire } from './wire.ts';

/** A part of an object that many objects carry alike: `own` is each one's, the rest is read when it was not seen before. */
export class Portion {
  readonly own: Wire;
  readonly #known: KnownParts;
  readonly #key: string;
  readonly #read: () => Wire;

  /** The bytes of the rest are in `known`, which knows them by a key from here on; `read` is called at once or never. */
  constructor(own: Wire, known: KnownParts, read: () => Wire) {
    this.own = own;
    this.#known = known;
    this.#key = known.key;
    this.#read = read;
  }

  /** What the rest became. `make` answers undefined for what must be made again each time. */
  become<T extends object>(make: (rest: Wire) => { readonly made: T; readonly isKept: boolean }): T {
    const before = this.#known.get(this.#key);
    try {
      // One decoder, one kind of part: what was kept came from this very call.
      if (before !== undefined) return before as T;
      const { made, isKept } = make(this.#read());
      if (isKept) this.#known.set(this.#key, made);
      return made;
    } finally {
      this.#known.wipe();
    }
  }
}
