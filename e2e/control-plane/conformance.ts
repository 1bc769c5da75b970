import { compareClusters } from './compare-clusters.ts';

/**
 * The same kubectl commands at the sandbox and at a real control plane, with the same nodes; outputs compared. Ends with
 * 1 when something differs that is not a known difference, or a known difference was not seen.
 *
 *     node e2e/control-plane/conformance.ts [track ...]
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));
}
const startedAt = Date.now();
const only = process.argv.slice(2);
const { outcomes, stale } = await compareClusters({
  say,
  only: only.length > 0 ? only : undefined,
  signal: interrupted.signal,
  seen: ({ command, verdict, lines }) => {
    say(`${verdict === 'same' ? 'same   ' : 'differs'} kubectl ${command}`);
    for (const line of lines) say(`        ${line}`);
  },
});
const count = (wanted: string): number => outcomes.filter(({ verdict }) => verdict === wanted).length;
for (const reason of stale) say(`known, but not seen: ${reason}`);
const seconds = Math.round((Date.now() - startedAt) / 1000);
say(
  `${count('same')} same, ${count('known')} differ as known, ${count('unexplained')} differ otherwise; ${seconds} s`,
);
process.exitCode = count('unexplained') + stale.length > 0 ? 1 : 0;
