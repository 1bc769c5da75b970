import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Draft } from '#lib/sandbox/client/write.ts';
import { SCENARIOS } from '#lib/sandbox/scenarios/catalog.ts';
import { MINUTE, SECOND, type Scenario, type Step } from '#lib/sandbox/scenarios/scenario.ts';
import { tellStory } from '#lib/sandbox/scenarios/tell-story.ts';
import { HistoryRecorder, type WorkloadHistory } from './history.ts';
import { leaveOneWorker } from './one-worker.ts';
import { serveStages, type ServedStages } from './serve-stages.ts';
import type { Stage } from './stage.ts';
import { toldAlike, workloadOf, type Told } from './told-alike.ts';

/**
 * Every scenario that both can play, told to both at the same seed, all at once: what happens to their containers must be
 * the same, and the product on both must tell it as the same incidents with the same causes.
 *
 *     UNCRASH_SCENARIOS=oom,preempted npx vitest run --config=vitest.cluster.config.ts causes
 */
const only = process.env.UNCRASH_SCENARIOS?.split(',');
const STORIES = SCENARIOS.filter(({ id, onlyInSandbox }) =>
  only ? only.includes(id) : onlyInSandbox === undefined,
);
/** What goes wrong while all of it starts is forgotten by then. */
const BREAK_MS = 12 * MINUTE;
const LENGTH_MS = BREAK_MS + 5 * MINUTE;
const EVERY_MS = 100;
/** No two stories do something in the same instant. */
const APART_MS = 127;
/** How long the product may say different things of a workload while nothing else becomes clear. */
const PATIENCE_MS = 45_000;

/**
 * All break in the same minute; what takes several steps takes them as it does for somebody who watches. One object at a
 * time: in which order a scheduler takes up what comes at once is its own affair, and so is what it knows of the other
 * objects of a story; and images are pulled one after the other.
 */
function steps({ script }: Scenario, index: number): readonly Step[] {
  let afterMs = BREAK_MS + index * APART_MS;
  return script.flatMap(({ title, waitMs = 0, apply }) => {
    afterMs += waitMs;
    return apply.map((object) => ({ title, afterMs: (afterMs += SECOND), apply: [withTime(object)] }));
  });
}

/**
 * That a rollout counts as stuck after ten minutes is decided on the clock of its controller, which in a control plane has
 * seen a few seconds of them: on neither side does it come to that.
 */
const withTime = (object: Draft): Draft =>
  object.kind === 'Deployment'
    ? { ...object, spec: { progressDeadlineSeconds: 7200, ...(object.spec as object) } }
    : object;

type Histories = Readonly<Record<string, WorkloadHistory>>;

/** Tells all stories at once, and what happened. */
async function told({ cluster, clock, transport }: Stage): Promise<Histories> {
  const stopped = new AbortController();
  try {
    const recorder = new HistoryRecorder({ transport, clock });
    await recorder.start(stopped.signal);
    await clock.advance(SECOND);
    await leaveOneWorker(cluster);
    tellStory(cluster, {
      objects: STORIES.flatMap(({ seed }) => seed).map(withTime),
      steps: STORIES.flatMap(steps),
      everyMs: EVERY_MS,
    });
    await clock.advance(LENGTH_MS);
    return await recorder.histories();
  } finally {
    stopped.abort();
  }
}

const nameOf = ({ expect: { namespace, workload } }: Scenario): string => `${namespace}/${workload}`;
let stages: ServedStages<Histories>;
let said: ReadonlyMap<string, Told>;

beforeAll(async () => {
  const startAt = Math.floor(Date.now() / SECOND) * SECOND - LENGTH_MS - SECOND;
  stages = await serveStages({ seed: 'causes', startAt }, told);
  const questions = STORIES.map((story) => ({ workload: nameOf(story), cause: story.cause }));
  said = await toldAlike(stages.products, questions, PATIENCE_MS);
});
// Undefined when it could not be told: that is the error to be seen then.
afterAll(() => (stages as ServedStages | undefined)?.stop());

/**
 * What happened, without how often: with eighty stories in one cluster images wait for those of others, and which node's pod
 * a DaemonSet replaces first is its own affair. `sequences.cluster.test.ts` counts.
 */
function courseOf(story: Scenario, histories: Histories): object | undefined {
  const history = histories[nameOf(story)];
  if (!history) return undefined;
  const { sequences, kubeletEvents, controllerEvents } = history;
  const inAnyOrder = (steps: readonly string[]): readonly string[] => [...new Set(steps)].sort();
  const states = sequences.flatMap((line) => {
    const [subject = '', ...steps] = line.split(/: | > /);
    return steps.map((step) => `${subject}: ${step.replace(/ \d+$/, '')}`);
  });
  return {
    states: inAnyOrder(states),
    kubeletEvents: inAnyOrder(kubeletEvents.map((line) => line.replace(/ x\d+/g, ''))),
    controllerEvents,
  };
}

describe('every scenario in the sandbox and on a real control plane', () => {
  it('is about the same workloads', () => {
    expect(Object.keys(stages.told.real)).toEqual(Object.keys(stages.told.sandbox));
  });

  it.each(STORIES.filter(({ ownPace }) => ownPace === undefined))('$id takes the same course', (story) => {
    const { sandbox, real } = stages.told;
    expect(courseOf(story, real)).toEqual(courseOf(story, sandbox));
  });

  it.each(STORIES)('$id is told by the product in the same words', (story) => {
    const { sandbox, real } = said.get(nameOf(story)) ?? {};
    expect(real).toEqual(sandbox);
    const causes = Object.keys(sandbox ?? {});
    if (story.cause === undefined) expect(causes).toEqual([]);
    else expect(causes).toContain(story.cause);
  });

  it('makes incidents of the same workloads', async () => {
    const [sandbox, real] = await Promise.all(
      Object.values(stages.products).map(async (product) =>
        (await product.incidents()).map(workloadOf).toSorted(),
      ),
    );
    expect(real).toEqual(sandbox);
  });
});
