import { KIND_NAMES, type KindName } from '#lib/kube/kinds.ts';
import { seededRandom, type Random } from '#lib/sandbox/random.ts';
import type { Fault } from '#lib/testing/faults.ts';

export type Step = {
  /** After the start, ms. */
  readonly atMs: number;
  readonly what:
    | { readonly do: 'write'; readonly times: number }
    /** etcd forgets its history: older versions and page tokens are gone. */
    | { readonly do: 'compact' }
    | { readonly do: 'strike'; readonly fault: Fault; readonly kind?: KindName };
};
export type Schedule = { readonly seed: number; readonly steps: readonly Step[]; readonly lengthMs: number };

type FaultMaker = (random: Random) => Fault;
const upTo = (random: Random, ms: number) => 500 + random.below(ms);
const pick = <T>(random: Random, from: readonly T[]): T => from[random.below(from.length)] as T;

const FAULTS: readonly FaultMaker[] = [
  (random) => ({
    do: 'refuse',
    status: pick(random, [401, 403, 429, 500, 502, 503, 504]),
    html: random.unit() < 0.4,
    retryAfterSeconds: random.unit() < 0.3 ? 1 + random.below(9) : undefined,
    forMs: upTo(random, 20_000),
  }),
  (random) => ({ do: 'portal', forMs: upTo(random, 10_000) }),
  (random) => ({ do: 'reset', forMs: upTo(random, 10_000) }),
  (random) => ({ do: 'blackhole', forMs: upTo(random, 30_000) }),
  (random) => ({ do: 'delay', delayMs: upTo(random, 3_000), forMs: upTo(random, 20_000) }),
  (random) => ({ do: 'restart', forMs: upTo(random, 30_000) }),
  (random) => ({ do: 'expire', as: pick(random, ['status', 'event']) }),
  () => ({ do: 'cut' }),
  () => ({ do: 'cut-mid-event' }),
  () => ({ do: 'garble' }),
  () => ({ do: 'close' }),
  () => ({ do: 'duplicate' }),
  () => ({ do: 'truncate' }),
  () => ({ do: 'too-large' }),
  () => ({ do: 'hang' }),
  () => ({ do: 'withhold-end' }),
  (random) => ({ do: 'refuse-watch-list', status: pick(random, [400, 422]), forMs: upTo(random, 20_000) }),
];

/** The writes and faults of one run; equal seeds make equal schedules. */
export function scheduleOf(seed: number): Schedule {
  const random = seededRandom(`faults/${seed}`);
  // Most are short and dense; one in five is long enough for bookmarks, hung streams and full back-off.
  const isLong = random.unit() < 0.2;
  const lengthMs = isLong ? 30_000 + random.below(150_000) : 5_000 + random.below(25_000);
  const steps = Array.from({ length: 15 + random.below(isLong ? 60 : 25) }, (): Step => {
    const atMs = random.below(lengthMs);
    const chance = random.unit();
    if (chance < 0.55) return { atMs, what: { do: 'write', times: 1 + random.below(4) } };
    if (chance < 0.6) return { atMs, what: { do: 'compact' } };
    const fault = pick(random, FAULTS)(random);
    const kind = random.unit() < 0.7 ? pick(random, KIND_NAMES) : undefined;
    return { atMs, what: { do: 'strike', fault, kind } };
  });
  // One server in four has never heard of initial events.
  if (random.unit() < 0.25) {
    const fault: Fault = { do: 'refuse-watch-list', status: 422, forMs: lengthMs };
    steps.push({ atMs: 0, what: { do: 'strike', fault } });
  }
  return { seed, lengthMs, steps: steps.toSorted((a, b) => a.atMs - b.atMs) };
}
