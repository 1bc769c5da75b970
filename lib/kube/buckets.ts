/** More than this in one bucket, and finding one by walking costs more than a Set. */
const LONGEST_LIST = 64;

type Bucket<T> = T[] | Set<T>;

/**
 * Objects by a value many share (owner, node), in the order they came. Most buckets are short: a list of a dozen costs a
 * third of a Map of a dozen.
 */
export class Buckets<T> {
  readonly #buckets = new Map<string, Bucket<T>>();

  get(value: string): readonly T[] | undefined {
    const bucket = this.#buckets.get(value);
    return bucket && [...bucket];
  }

  add(value: string, object: T): void {
    const bucket = this.#buckets.get(value);
    if (bucket === undefined) this.#buckets.set(value, [object]);
    else if (!Array.isArray(bucket)) bucket.add(object);
    else if (bucket.length < LONGEST_LIST) bucket.push(object);
    else this.#buckets.set(value, new Set(bucket).add(object));
  }

  /** Puts `object` where `previous` was, or last. */
  replace(value: string, previous: T, object: T): void {
    const bucket = this.#buckets.get(value);
    if (Array.isArray(bucket)) bucket[bucket.indexOf(previous)] = object;
    else bucket?.add(object).delete(previous);
  }

  delete(value: string, object: T): void {
    const bucket = this.#buckets.get(value);
    if (bucket === undefined) return;
    if (Array.isArray(bucket)) bucket.splice(bucket.indexOf(object), 1);
    else bucket.delete(object);
    if ((Array.isArray(bucket) ? bucket.length : bucket.size) === 0) this.#buckets.delete(value);
  }
}
