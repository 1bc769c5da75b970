import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_SCENARIOS } from '#lib/sandbox/scenarios/catalog.ts';
import { MINUTE, SECOND, type Scenario, type Step } from '#lib/sandbox/scenarios/scenario.ts';
import { tellStory } from '#lib/sandbox/scenarios/tell-story.ts';
import { serveStages, type Product, type ServedStages } from './serve-stages.ts';

/**
 * The product on both at once: every scenario, broken for eight minutes at the same seed, must be told as the same
 * incident with the same cause. Less than the ten minutes after which a rollout counts as stuck: the controllers of the
 * control plane have seen a few seconds of them.
 */
const STORIES = DEFAULT_SCENARIOS.filter(({ onlyInSandbox }) => onlyInSandbox === undefined);
const BREAK_MS = 3 * MINUTE;
const LENGTH_MS = 11 * MINUTE;
const PATIENCE = { timeout: 150_000, interval: 500 };

/** All break in the same minute. */
function steps({ script }: Scenario): readonly Step[] {
  const first = Math.min(...script.map(({ afterMs }) => afterMs));
  return script.map((step) => ({ ...step, afterMs: BREAK_MS + step.afterMs - first }));
}

let stages: ServedStages;
beforeAll(async () => {
  const startAt = Math.floor(Date.now() / SECOND) * SECOND - LENGTH_MS - SECOND;
  stages = await serveStages({ seed: 'causes', startAt }, async ({ cluster, clock }) => {
    await clock.advance(SECOND);
    tellStory(cluster, { objects: STORIES.flatMap(({ seed }) => seed), steps: STORIES.flatMap(steps) });
    await clock.advance(LENGTH_MS);
  });
});
afterAll(() => stages.stop());

type Row = Awaited<ReturnType<Product['incidents']>>[number];

const nameOf = ({ workload: { kind, namespace, name } }: Row): string => `${kind} ${namespace}/${name}`;

/** What the product says of one workload, without what differs between any two clusters: ids, times, names of pods. */
async function said(product: Product, workload: string): Promise<object | undefined> {
  const row = (await product.incidents()).find((each) => nameOf(each) === workload);
  if (!row) return undefined;
  const { state, severity, family, causeId, cause, certainty, reason, ready, desired, pods, restarts } = row;
  const { finding, otherFindings, impact, services, suspectChange, actions } = await product.incident(row.id);
  return {
    row: { state, severity, family, causeId, cause, certainty, reason, ready, desired, restarts },
    pods: pods.toSorted(),
    finding: {
      candidates: finding.candidates,
      unchecked: finding.unchecked,
      evidence: finding.evidence.map(({ kind }) => kind),
      remedies: finding.remedies.map(({ title, action }) => [title, action?.refusals]),
    },
    otherFindings: otherFindings.map((other) => [other.causeId, other.certainty]),
    impact,
    services,
    suspectChange: suspectChange && [
      suspectChange.fromRevision,
      suspectChange.fields,
      suspectChange.changeCause,
    ],
    actions: actions.map(({ type, spec, refusals }) => [type, spec, refusals]),
  };
}

describe('the product on the sandbox and on a real control plane', () => {
  it('sees incidents of the same workloads, those of the scenarios among them', async () => {
    const expected = STORIES.map((story) => `${story.expect.namespace}/${story.expect.workload}`);
    const seen = async (product: Product): Promise<readonly string[]> =>
      (await product.incidents()).map((row) => nameOf(row).replace(/^\S+ /, '')).toSorted();
    await vi.waitFor(async () => {
      const [sandbox, real] = await Promise.all(Object.values(stages.products).map(seen));
      expect(real).toEqual(sandbox);
      expect(real).toEqual(expect.arrayContaining(expected));
    }, PATIENCE);
  });

  it.each(STORIES)('says the same of $id', async ({ expect: { namespace, workload } }) => {
    const { sandbox, real } = stages.products;
    // Crash loops go on at 1x on both sides, some seconds apart.
    await vi.waitFor(async () => {
      const row = (await sandbox.incidents()).find(
        ({ workload: of }) => of.name === workload && of.namespace === namespace,
      );
      expect(row?.causeId).not.toBe('unknown');
      const [ours, theirs] = await Promise.all(
        [sandbox, real].map((each) => said(each, row ? nameOf(row) : '')),
      );
      expect(theirs).toEqual(ours);
      expect(ours).toBeDefined();
    }, PATIENCE);
  });
});
