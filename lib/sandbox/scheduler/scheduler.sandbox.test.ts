import { beforeEach, describe, expect, it } from 'vitest';
import type { Draft } from '#lib/sandbox/client/write.ts';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';
import { namespace } from '#lib/sandbox/scenarios/manifests.ts';
import { MINUTE, SECOND } from '#lib/sandbox/scenarios/scenario.ts';
import { TestCluster } from '#lib/sandbox/test-cluster.ts';

let cluster: TestCluster;
const pod = (name: string, spec: object = {}, cpu = '3'): Draft => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'shop', name, labels: { app: name } },
  spec: {
    containers: [{ name: 'a', image: 'redis:7-alpine', resources: { requests: { cpu } } }],
    terminationGracePeriodSeconds: 5,
    ...spec,
  },
});
const podOf = (name: string) => cluster.pods(`shop/${name}`)[0];
const scheduled = (name: string) => findCondition(podOf(name)?.status?.conditions, 'PodScheduled');
const said = async (name: string) =>
  (await cluster.events('shop')).filter(({ involvedObject }) => involvedObject.name === name);

beforeEach(async () => {
  cluster = await TestCluster.start();
  await cluster.apply(namespace('shop'));
});

const fill = async (): Promise<void> => {
  await cluster.apply(pod('one'), pod('two'), pod('three'));
  await cluster.advance(10 * SECOND);
};

describe('a pod that fits nowhere', () => {
  it('gets in as soon as somebody makes room', async () => {
    await fill();
    await cluster.apply(pod('late'));
    await cluster.advance(SECOND);
    expect(scheduled('late')).toMatchObject({ status: 'False', reason: 'Unschedulable' });
    await cluster.sandbox.transport.request({ method: 'DELETE', path: '/api/v1/namespaces/shop/pods/two' });
    await cluster.advance(20 * SECOND);
    expect(podOf('late')?.spec.nodeName).toBe('worker-2');
  });

  it('is tried again every five minutes: new events as it changes, then one with a series', async () => {
    await cluster.apply(pod('huge', {}, '9'));
    await cluster.advance(21 * MINUTE);
    const events = (await said('huge')).filter(({ reason }) => reason === 'FailedScheduling');
    expect(events.length).toBe(2);
    expect(events.map(({ series }) => series?.count)).toContain(4);
    for (const event of events) expect(event).toMatchObject({ eventTime: expect.any(String) as string });
  });

  it('is tried again when a node changes in its favour', async () => {
    await cluster.apply(pod('picky', { nodeSelector: { disk: 'ssd' } }));
    await cluster.advance(SECOND);
    await cluster.patch('/api/v1/nodes/worker-3', { metadata: { labels: { disk: 'ssd' } } });
    await cluster.advance(5 * SECOND);
    expect(podOf('picky')?.spec.nodeName).toBe('worker-3');
  });
});

describe('a pod nobody places', () => {
  it('waits behind its gates without a word, and goes on when they open', async () => {
    await cluster.apply(pod('gated', { schedulingGates: [{ name: 'example.com/quota' }] }));
    await cluster.advance(10 * MINUTE);
    expect(scheduled('gated')).toMatchObject({
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
    });
    expect(await said('gated')).toEqual([]);
    await cluster.patch('/api/v1/namespaces/shop/pods/gated', { spec: { schedulingGates: null } });
    await cluster.advance(10 * SECOND);
    expect(podOf('gated')?.spec.nodeName).toBeDefined();
  });

  it('waits for a scheduler that does not run, without condition or event', async () => {
    await cluster.apply(pod('orphan', { schedulerName: 'elsewhere' }));
    await cluster.advance(10 * MINUTE);
    expect(scheduled('orphan')).toBeUndefined();
    expect(await said('orphan')).toEqual([]);
  });
});

describe('a pod of higher priority', () => {
  it('takes the place of a lesser one, which is told so', async () => {
    const priorityClass = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'high' },
      value: 1000,
    } as const;
    await fill();
    await cluster.apply(priorityClass, pod('vip', { priorityClassName: 'high' }));
    await cluster.advance(50);
    const { nominatedNodeName } = podOf('vip')?.status ?? {};
    expect(scheduled('vip')?.message).toBe(
      '0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu.',
    );
    const victim = ['one', 'two', 'three'].map(podOf).find((each) => each?.metadata.deletionTimestamp);
    expect(victim?.spec.nodeName).toBe(nominatedNodeName);
    expect(findCondition(victim?.status?.conditions, 'DisruptionTarget')).toMatchObject({
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    });
    const [preempted] = (await said(victim?.metadata.name ?? '')).filter(
      ({ reason }) => reason === 'Preempted',
    );
    expect(preempted).toMatchObject({
      type: 'Normal',
      message: `Preempted by pod ${podOf('vip')?.metadata.uid ?? ''} on node ${nominatedNodeName ?? ''}`,
      related: { kind: 'Pod', name: 'vip' },
    });
    await cluster.advance(20 * SECOND);
    expect(podOf('vip')?.spec.nodeName).toBe(nominatedNodeName);
    expect(podOf('vip')?.status?.nominatedNodeName).toBeUndefined();
    expect(cluster.errors).toEqual([]);
  });
});
