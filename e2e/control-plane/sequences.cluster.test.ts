import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SCENARIOS } from '#lib/sandbox/scenarios/catalog.ts';
import { MINUTE, SECOND } from '#lib/sandbox/scenarios/scenario.ts';
import { tellStory } from '#lib/sandbox/scenarios/tell-story.ts';
import { HistoryRecorder, type WorkloadHistory } from './history.ts';
import { leaveOneWorker } from './one-worker.ts';
import { ROLLOUT_STORIES } from './rollout-stories.ts';
import { controlPlaneStage, sandboxStage, type Stage } from './stage.ts';

/**
 * The same story at the same seed, told by the same kubelets: once to the sandbox, once to a real API server with its
 * controllers and its scheduler. The kubelets' time stands while the control plane works, so neither the number of steps
 * nor the counts depend on the machine, and all of it can be compared, not only a beginning.
 */
const STORIES = [...DEFAULT_SCENARIOS, ...ROLLOUT_STORIES].filter(
  ({ onlyInSandbox }) => onlyInSandbox === undefined,
);
const LENGTH_MS = 40 * MINUTE;

type Histories = Readonly<Record<string, WorkloadHistory>>;

/** Tells all stories at once, each at its own time, and what happened. */
async function told(stage: Stage): Promise<Histories> {
  const { cluster, clock, transport } = stage;
  const stopped = new AbortController();
  try {
    const recorder = new HistoryRecorder({ transport, clock });
    await recorder.start(stopped.signal);
    await clock.advance(SECOND);
    await leaveOneWorker(cluster);
    tellStory(cluster, {
      objects: STORIES.flatMap(({ seed }) => seed),
      steps: STORIES.flatMap(({ script }) => script),
    });
    await clock.advance(LENGTH_MS);
    return await recorder.histories();
  } finally {
    stopped.abort();
    await stage.stop();
  }
}

describe('the same story in the sandbox and on a real control plane', () => {
  const startAt = Math.floor(Date.now() / SECOND) * SECOND - LENGTH_MS - SECOND;
  let sandbox: Histories;
  let real: Histories;
  beforeAll(async () => {
    sandbox = await told(await sandboxStage({ seed: 'compared', startAt }));
    real = await told(await controlPlaneStage({ seed: 'compared', startAt }));
  });

  it('is about the same workloads', () => {
    expect(Object.keys(real)).toEqual(Object.keys(sandbox));
  });

  describe.each(STORIES)('$id', ({ expect: { namespace, workload, reason } }) => {
    const name = `${namespace}/${workload}`;

    it('takes every container through the same states, reasons and restarts', () => {
      expect(real[name]?.sequences).toEqual(sandbox[name]?.sequences);
    });

    it(`comes to ${reason}`, () => {
      expect(real[name]?.sequences.some((line) => line.includes(reason))).toBe(true);
    });

    it('has the kubelets say the same, equally often', () => {
      expect(real[name]?.kubeletEvents).toEqual(sandbox[name]?.kubeletEvents);
    });

    it('has controllers and scheduler say the same', () => {
      expect(real[name]?.controllerEvents).toEqual(sandbox[name]?.controllerEvents);
    });
  });

  it('would be told apart from the story of another seed', async () => {
    const other = await told(await sandboxStage({ seed: 'another', startAt }));
    expect(Object.keys(other)).toEqual(Object.keys(sandbox));
    expect(other).not.toEqual(sandbox);
  });
});
