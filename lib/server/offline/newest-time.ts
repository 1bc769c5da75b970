import type { Wire } from '#lib/kube/to-model/wire.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
/** A dump this fresh is judged by the clock: what waits for a time-out has waited until now. */
const FRESH_MS = 10 * 60_000;

/**
 * The moment a dump shows: the newest time written in it, epoch ms. A container that ran for 30 s when the dump was made
 * has not become stable because the file was read a day later. `clockNow` when the dump is fresh or names no time.
 */
export function momentOf(objects: readonly Wire[], clockNow: number): number {
  const newest = objects.reduce((latest, object) => Math.max(latest, newestIn(object, clockNow)), 0);
  return newest === 0 || clockNow - newest < FRESH_MS ? clockNow : newest;
}

/** Times that lie ahead (certificate ends, token expiries) are not when it happened. */
function newestIn(value: unknown, clockNow: number): number {
  if (typeof value === 'string') {
    const at = value.length <= 40 && TIME.test(value) ? Date.parse(value) : 0;
    return at <= clockNow ? at : 0;
  }
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce(
    (latest: number, inner) => Math.max(latest, newestIn(inner, clockNow)),
    0,
  );
}
