import { deployment, namespace } from '#lib/sandbox/scenarios/manifests.ts';
import { after, defineScenario, MINUTE, type Scenario } from '#lib/sandbox/scenarios/scenario.ts';

const GOOD = '1.0.0';
const BETTER = '1.1.0';
const BAD = 'does-not-exist';

/** A Deployment of an ordinary service in its own namespace. */
const app = (name: string, strategy?: object) => (tag: string, replicas: number) =>
  deployment(`rollouts/${name}`, {
    image: `ghcr.io/acme/cart:${tag}`,
    replicas,
    strategy,
    health: '/healthz',
  });

const ends = (workload: string, reason: string) => ({ namespace: 'rollouts', workload, reason });
const seed = [namespace('rollouts')];

const undone = app('undone');
const corrected = app('corrected');
const large = app('large');
const recreated = app('recreated', { type: 'Recreate' });
const thrifty = app('thrifty', { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });

/** What people do with Deployments while they are broken: not for the demo, but controllers decide most here. */
export const ROLLOUT_STORIES: readonly Scenario[] = [
  defineScenario({
    id: 'undone',
    title: 'a bad release is undone, scaled up and scaled down',
    story: 'The old ReplicaSet is taken up again; of five pods the newest four go.',
    seed: [...seed, undone(GOOD, 3)],
    script: [
      after(3 * MINUTE, 'release', undone(BAD, 3)),
      after(8 * MINUTE, 'undo', undone(GOOD, 3)),
      after(12 * MINUTE, 'scale up', undone(GOOD, 5)),
      after(15 * MINUTE, 'scale down', undone(GOOD, 1)),
    ],
    expect: ends('undone', 'ImagePullBackOff'),
  }),
  defineScenario({
    id: 'corrected',
    title: 'a bad release is followed by another and then by a good one',
    story: 'Three revisions; the pods of the second, which never ran, go first.',
    seed: [...seed, corrected(GOOD, 2)],
    script: [
      after(3 * MINUTE, 'release', corrected(BAD, 2)),
      after(6 * MINUTE, 'correct', corrected(`${BAD}-either`, 2)),
      after(9 * MINUTE, 'correct again', corrected(BETTER, 2)),
    ],
    expect: ends('corrected', 'ErrImagePull'),
  }),
  defineScenario({
    id: 'large',
    title: 'a bad release of eight pods, scaled while it is stuck',
    story: 'Two pods too many, two too few; scaling keeps the proportions.',
    seed: [...seed, large(GOOD, 8)],
    script: [after(3 * MINUTE, 'release', large(BAD, 8)), after(7 * MINUTE, 'scale up', large(BAD, 12))],
    expect: ends('large', 'ImagePullBackOff'),
  }),
  defineScenario({
    id: 'recreated',
    title: 'a release that stops the old pods first',
    story: 'Both pods stop, then both new ones fail.',
    seed: [...seed, recreated(GOOD, 2)],
    script: [after(3 * MINUTE, 'release', recreated(BAD, 2)), after(8 * MINUTE, 'undo', recreated(GOOD, 2))],
    expect: ends('recreated', 'ImagePullBackOff'),
  }),
  defineScenario({
    id: 'thrifty',
    title: 'a bad release without room for a surge',
    story: 'One old pod stops before the new one fails; the others go on.',
    seed: [...seed, thrifty(GOOD, 3)],
    script: [after(3 * MINUTE, 'release', thrifty(BAD, 3))],
    expect: ends('thrifty', 'ImagePullBackOff'),
  }),
];
