import { percentile } from './percentile.ts';

/** When change n was made, by its number (monotonic us of the machine). */
export type Sent = Readonly<Record<number, number>>;
/** Numbers of changes, and when they were read. */
export type Seen = readonly (readonly [number, number])[];
/** In ms; NaN when nothing was heard. */
export type Delays = { readonly p50: number; readonly p99: number; readonly heard: number };

/** From a change to its reader; what is not known to have been sent is left out. */
export function delays(sent: Sent, seen: Seen): Delays {
  const sorted = seen
    .flatMap(([number, at]) => (sent[number] === undefined ? [] : [(at - sent[number]) / 1_000]))
    .toSorted((a, b) => a - b);
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), heard: sorted.length };
}
