/**
 * A value shared by the whole process. Our server is run by Node directly while Next bundles its own copies of what
 * the routes import, so a module variable exists several times; a registered symbol on `globalThis` exists once.
 */
export function processSlot<T>(name: string): { get(): T | undefined; set(value: T): void } {
  const key = Symbol.for(`uncrash.${name}`);
  const slots = globalThis as unknown as Record<symbol, T | undefined>;
  return {
    get: () => slots[key],
    set: (value) => {
      slots[key] = value;
    },
  };
}
