import { unitOf } from '#lib/sandbox/random.ts';
import type { Program } from './program.ts';

const SECOND = 1000;

/** Work that ends: it says how far it is, and exits 0 after half a minute to a minute. SIGTERM ends it at once. */
export const batchJob: Program = ({ image, tag, seed, instance }) => {
  const name = image.split('/').at(-1)?.split(':')[0] ?? 'job';
  const chance = (key: string) => unitOf(seed, instance, key);
  const afterMs = Math.floor((30 + 30 * chance('duration')) * SECOND);
  const rows = 10_000 + Math.floor(chance('rows') * 90_000);
  const steps = [25, 50, 75];
  return {
    listeners: [],
    lines: [
      { atMs: 300, text: `${name} ${tag} starting, ${rows} rows to do` },
      ...steps.map((percent) => ({ atMs: Math.floor((afterMs * percent) / 100), text: `${percent} % done` })),
      { atMs: afterMs - 50, text: `finished, ${rows} rows written` },
    ],
    exit: { afterMs, code: 0 },
    stop: { afterMs: 200, code: 143 },
    steadyFromMs: 0,
  };
};
