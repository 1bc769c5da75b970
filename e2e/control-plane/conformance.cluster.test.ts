import { beforeAll, describe, expect, it } from 'vitest';
import { compareClusters, type Comparison } from './compare-clusters.ts';

let comparison: Comparison;
beforeAll(async () => {
  comparison = await compareClusters({ say: (line) => void process.stderr.write(`${line}\n`) });
});

describe('kubectl at the sandbox and at a real control plane', () => {
  it('prints the same, but for what is listed with its reason', () => {
    const unexplained = comparison.outcomes.filter(({ verdict }) => verdict === 'unexplained');
    expect(unexplained.map(({ command, lines }) => [command, ...lines].join('\n'))).toEqual([]);
  });

  it('differs in everything that is listed: an entry nothing needs any more has to go', () => {
    expect(comparison.stale).toEqual([]);
  });
});
