import { beforeAll, describe, expect, it } from 'vitest';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';
import { BACKFILL_MS } from '#lib/sandbox/create-sandbox.ts';
import { isReady } from '#lib/sandbox/controllers/pod-facts.ts';
import { TEST_NOW, TestCluster } from '#lib/sandbox/test-cluster.ts';
import { DEFAULT_SCENARIOS } from './catalog.ts';
import { FLEET_SIZE } from './fleet.ts';
import { PLAYER } from './scenario-player.ts';
import { MINUTE, SECOND } from './scenario.ts';

const ALL = DEFAULT_SCENARIOS.map(({ id }) => id);
const everything = {
  endAt: TEST_NOW,
  backfillMs: BACKFILL_MS,
  scenarios: ALL,
  contents: 'everything',
} as const;
const TEN_MINUTES = 10 * MINUTE;
/** A busy machine is no failure: virtual results are what counts. */
const PATIENCE_MS = 60_000;

describe('forty minutes with the scenarios of every sandbox', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start(everything);
  }, PATIENCE_MS);

  it.each(DEFAULT_SCENARIOS)(
    '$id ends as its story says: $expect.reason',
    ({ expect: { namespace, workload, reason, exitCode } }) => {
      const path = `${namespace}/${workload}`;
      const broken = cluster.pods(path).filter((pod) => !isReady(pod));
      expect(broken.length).toBeGreaterThan(0);
      for (const { status } of broken) {
        const [container] = status?.containerStatuses ?? [];
        const seen = [
          container?.state.waiting?.reason,
          container?.lastState.terminated?.reason,
          ...(status?.conditions ?? []).map((condition) => condition.reason),
        ];
        expect(seen).toContain(reason);
        if (exitCode !== undefined) expect(container?.lastState.terminated?.exitCode).toBe(exitCode);
      }
    },
  );

  it.each(DEFAULT_SCENARIOS.filter(({ seed }) => seed.some(({ kind }) => kind === 'Deployment')))(
    '$id breaks a revision that had been fully available for ten minutes',
    ({ expect: { namespace, workload }, script }) => {
      const [good, bad] = cluster.replicaSets(`${namespace}/${workload}`);
      const brokenAt = TEST_NOW - BACKFILL_MS + (script[0]?.afterMs ?? 0);
      expect(good && bad).toBeTruthy();
      expect(brokenAt - Date.parse(good?.metadata.creationTimestamp ?? '')).toBeGreaterThan(
        TEN_MINUTES + MINUTE,
      );
      expect(Date.parse(bad?.metadata.creationTimestamp ?? '')).toBeGreaterThanOrEqual(brokenAt - SECOND);
    },
  );

  it('leaves every other workload healthy', () => {
    const broken = new Set(
      DEFAULT_SCENARIOS.map(({ expect: { namespace, workload } }) => `${namespace}/${workload}`),
    );
    const deployments = cluster.sandbox.simulation.cluster.informers.deployments.list();
    const others = deployments.filter(
      ({ metadata }) => !broken.has(`${metadata.namespace ?? ''}/${metadata.name}`),
    );
    expect(others).toHaveLength(FLEET_SIZE);
    for (const { spec, status, metadata } of others) {
      expect([metadata.name, status?.availableReplicas]).toEqual([metadata.name, spec.replicas]);
      expect(findCondition(status?.conditions, 'Progressing')?.reason).toBe('NewReplicaSetAvailable');
    }
    expect(new Set(deployments.map(({ metadata }) => metadata.namespace)).size).toBe(6);
  });

  it('runs what is not a Deployment as well', () => {
    const { statefulSets, daemonSets, jobs, cronJobs } = cluster.sandbox.simulation.cluster.informers;
    expect(
      statefulSets.list().map(({ metadata, status }) => [metadata.name, status?.availableReplicas]),
    ).toEqual([['orders-db', 3]]);
    expect(daemonSets.list().map(({ metadata, status }) => [metadata.name, status?.numberAvailable])).toEqual(
      [['node-exporter', 4]],
    );
    expect(cronJobs.list().map(({ metadata }) => metadata.name)).toEqual([
      'nightly-backup',
      'settlement-report',
    ]);
    expect(jobs.list()).toHaveLength(2);
    expect(jobs.list().every(({ status }) => (status?.failed ?? 0) === 0)).toBe(true);
  });

  it('lets no pod of a healthy workload restart', () => {
    const healthy = cluster.sandbox.simulation.cluster.informers.pods.list().filter(isReady);
    expect(
      healthy.flatMap(({ status }) => status?.containerStatuses ?? []).every((c) => c.restartCount === 0),
    ).toBe(true);
    expect(healthy.length).toBeGreaterThan(50);
  });

  it('keeps the address of an unready pod out of the ready endpoints', () => {
    const { endpointSlices } = cluster.sandbox.simulation.cluster.informers;
    const [slice] = endpointSlices
      .list('payments')
      .filter(({ metadata }) => metadata.name.startsWith('refunds-'));
    expect(slice?.endpoints?.map(({ conditions }) => conditions.ready).toSorted()).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it('explains why nothing fits, in the grammar of the scheduler', () => {
    const [pending] = cluster.pods('data/feature-store').filter(({ spec }) => !spec.nodeName);
    expect(findCondition(pending?.status?.conditions, 'PodScheduled')?.message).toBe(
      '0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient memory. ' +
        'no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.',
    );
  });

  it('meets no error on the way', () => {
    expect(cluster.errors).toEqual([]);
  });
});

describe('a seed', () => {
  const dump = async (seed: string): Promise<string> => {
    const cluster = await TestCluster.start({ ...everything, seed });
    return JSON.stringify(cluster.sandbox.server.journal.dump());
  };

  it(
    'makes the same cluster, byte for byte; another seed makes another',
    async () => {
      const [one, again, other] = [await dump('a'), await dump('a'), await dump('b')];
      expect(again === one).toBe(true);
      expect(other === one).toBe(false);
    },
    PATIENCE_MS,
  );
});

describe('playing a scenario at run time', () => {
  const play = async (cluster: TestCluster, ids: string): Promise<Readonly<Record<string, string>>> => {
    const path = `/api/v1/namespaces/${PLAYER.namespace}/configmaps/${PLAYER.name}`;
    await cluster.patch(path, { data: { play: ids } });
    await cluster.advance(SECOND);
    return (
      cluster.sandbox.simulation.cluster.informers.configMaps.get(PLAYER.namespace, PLAYER.name)?.data ?? {}
    );
  };

  it('breaks a healthy workload as soon as its id is written to the ConfigMap', async () => {
    const cluster = await TestCluster.start({ contents: 'scenarios', backfillMs: 5 * MINUTE });
    expect(await play(cluster, 'bad-image, bad-redis-args')).toMatchObject({
      play: '',
      played: expect.stringContaining('bad-image,bad-redis-args') as string,
    });
    await cluster.advance(MINUTE);
    const reasons = ['lab30/lab30-web', 'lab30/lab30-redis'].map((path) =>
      cluster
        .pods(path)
        .flatMap(({ status }) => status?.containerStatuses ?? [])
        .map(({ state }) => state.waiting?.reason ?? 'running')
        // Which of the two words is shown depends on when one looks.
        .map((reason) => reason.replace('ErrImagePull', 'ImagePullBackOff'))
        .toSorted(),
    );
    expect(reasons).toEqual([
      ['ImagePullBackOff', 'running'],
      ['CrashLoopBackOff', 'running'],
    ]);
  });

  it('answers an unknown id with the ids that exist', async () => {
    const cluster = await TestCluster.start({ contents: 'scenarios' });
    const data = await play(cluster, 'no-such');
    expect(data.error).toContain('There is no scenario "no-such"; there are: bad-image,');
  });
});

it(
  'does not grow without bound over the hours',
  async () => {
    const cluster = await TestCluster.start({
      contents: 'scenarios',
      scenarios: ALL,
      backfillMs: BACKFILL_MS,
    });
    await cluster.advance(70 * MINUTE);
    const size = () => cluster.sandbox.server.journal.dump().objects;
    const before = Object.fromEntries(
      Object.entries(size()).map(([kind, objects]) => [kind, objects.length]),
    );
    await cluster.advance(90 * MINUTE);
    const after = Object.fromEntries(Object.entries(size()).map(([kind, objects]) => [kind, objects.length]));
    const { events: eventsBefore = 0, ...othersBefore } = before;
    const { events: eventsAfter = 0, ...othersAfter } = after;
    expect(othersAfter).toEqual(othersBefore);
    expect(eventsAfter).toBeLessThan(eventsBefore + 60);
  },
  PATIENCE_MS,
);
