/**
 * Does the work of all items, so many at a time, in their order.
 * @throws the first failure; what is under way then is finished before, and nothing more is begun.
 */
export async function inParallel<T>(
  items: Iterable<T>,
  { workers }: { readonly workers: number },
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async () => {
    while (failures.length === 0) {
      const next = left.next();
      if (next.done) return;
      try {
        await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  if (failures.length > 0) throw failures[0];
}
