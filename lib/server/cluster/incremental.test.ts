import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { KindName } from '#lib/kube/kinds.ts';
import { createStores } from '#lib/kube/stores.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { aNode, anEndpointSlice, anEvent, aService } from '#lib/testing/build-cluster.ts';
import { aCondition, ownerRefTo } from '#lib/testing/build-meta.ts';
import { aContainerStatus, aCrashLoopingStatus, aPod, running, waiting } from '#lib/testing/build-pod.ts';
import { aControllerRevision, ofRevision } from '#lib/testing/build-revision.ts';
import { aContainer } from '#lib/testing/build-template.ts';
import { aCronJob, aDeployment, aJob, aReplicaSet, aStatefulSet } from '#lib/testing/build-workload.ts';
import { createFakeConnection } from '#lib/testing/fake-connection.ts';
import { at, MINUTE, SECOND } from '#lib/testing/time.ts';
import { ChangeRouter } from './change-router.ts';
import { ClusterObjects } from './cluster-objects.ts';
import { Histories } from './histories.ts';
import { IncidentEngine } from './incident-engine.ts';
import { LogTails } from './log-tails.ts';
import { PodReferences } from './pod-references.ts';
import { Recorder } from './recorder.ts';
import { RunningImages } from './running-images.ts';
import { Triage } from './triage.ts';

/** A list kept as the runtime keeps it; with `all` every owner that ever was is judged again each time. */
function aList({ all }: { readonly all: boolean }) {
  let now = at('10:00:00');
  const unlisted = new Set<KindName>();
  const owners = new Map<string, WorkloadRef>();
  const seen = (refs: readonly WorkloadRef[]) => {
    for (const ref of refs) owners.set(`${ref.kind}/${ref.namespace}/${ref.name}`, ref);
    triage.markDirty(refs);
  };
  const stores = createStores((batch) => {
    seen(router.route(batch));
    if (batch.kind === 'services' || batch.kind === 'endpointslices') seen(triage.ownersIn(() => true));
  });
  const objects = new ClusterObjects(stores, { isListed: (kind) => !unlisted.has(kind) });
  const shared = { listers: stores, objects, histories: new Histories(), images: new RunningImages() };
  const router = new ChangeRouter({ ...shared, now: () => now, onRestarts: () => undefined });
  const recorder = new Recorder(now);
  const outside = {
    connection: createFakeConnection(() => 'never'),
    now: () => now,
    signal: new AbortController().signal,
  };
  const triage: Triage = new Triage({
    ...shared,
    recorder,
    logTails: new LogTails({ ...outside, onTail: () => undefined }),
    references: new PodReferences({ ...outside, onAnswer: () => undefined }),
    engine: new IncidentEngine({ cluster: 'test', listers: stores, objects }),
    shared: { see: () => undefined },
    readOnly: false,
    actionsOn: () => [],
  });
  return {
    stores,
    pass: (ms: number) => (now += ms),
    setListed(kind: KindName, isListed: boolean) {
      if (isListed) unlisted.delete(kind);
      else unlisted.add(kind);
      seen(triage.ownersIn(() => true));
    },
    look() {
      if (all) triage.markDirty([...owners.values()]);
      triage.markUnsettled(now);
      // From scratch in one go; step by step as often as a step is over at once.
      while (triage.isDirty) triage.refresh(now, () => !all);
      triage.refresh(now);
      while (triage.isAging) triage.age(now, () => !all);
      const rows = triage.rows().map(({ strip, ...row }) => (row.state === 'open' ? { ...row, strip } : row));
      return { rows, recovered: recorder.recovered, unhealthy: recorder.samples.at(-1)?.unhealthyPods };
    },
  };
}

type List = ReturnType<typeof aList>;
let version = 1;
const next = () => ({ resourceVersion: String((version += 1)) });

const STATES: Readonly<Record<string, () => Partial<Pod>>> = {
  healthy: () => ({}),
  crashing: () => ({ statuses: [aCrashLoopingStatus()] }),
  recovering: () => ({
    statuses: [aContainerStatus({ ...aCrashLoopingStatus(), ready: true, state: running(at('09:59:00')) })],
  }),
  pulling: () => ({ statuses: [aContainerStatus({ state: waiting('ImagePullBackOff', 'not found') })] }),
  unready: () => ({ statuses: [aContainerStatus({ ready: false })] }),
  done: () => ({ phase: 'Succeeded', conditions: [aCondition('Ready', 'False')] }),
};

const workloads = ['web', 'api', 'db'].map((name) => {
  const deployment = aDeployment({ name, replicas: { desired: 2, ready: 1, available: 1 } });
  return { deployment, replicaSet: aReplicaSet({ deployment }) };
});
const workload = fc.constantFrom(...workloads);
const podName = fc.constantFrom('0', '1', '2');

/** One change of the cluster, done to both lists alike. */
const step: fc.Arbitrary<(list: List) => void> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({ workload, podName, state: fc.constantFrom(...Object.values(STATES)), owned: fc.boolean() })
      .map(({ workload: { deployment, replicaSet }, podName, state, owned }) => {
        const pod = aPod({
          name: `${deployment.meta.name}-${podName}`,
          meta: next(),
          owner: owned ? ownerRefTo(replicaSet) : undefined,
          nodeName: podName === '0' ? 'node-0' : 'node-1',
          ...state(),
        });
        return ({ stores }: List) => stores.pods.upsert(pod);
      }),
  },
  fc.record({ workload, podName }).map(({ workload, podName }) => ({ stores }: List) => {
    const pod = stores.pods.get('shop', `${workload.deployment.meta.name}-${podName}`);
    if (pod) stores.pods.remove(pod);
  }),
  fc.record({ workload, isThere: fc.boolean(), ready: fc.nat(2) }).map(({ workload, isThere, ready }) => {
    const { name } = workload.deployment.meta;
    const deployment = aDeployment({ name, replicas: { desired: 2, ready, available: ready }, meta: next() });
    return ({ stores }: List) =>
      isThere ? stores.deployments.upsert(deployment) : stores.deployments.remove(deployment);
  }),
  fc.record({ workload, isThere: fc.boolean() }).map(({ workload, isThere }) => {
    const replicaSet = aReplicaSet({ deployment: workload.deployment, meta: next() });
    return ({ stores }: List) =>
      isThere ? stores.replicasets.upsert(replicaSet) : stores.replicasets.remove(replicaSet);
  }),
  fc
    .record({
      podName,
      state: fc.constantFrom(...Object.values(STATES)),
      of: fc.constantFrom('a', 'b'),
      spec: fc.constantFrom('a', 'b'),
      isThere: fc.boolean(),
    })
    .map(({ podName, state, of, spec, isThere }) => {
      const set = aStatefulSet({ name: 'store', template: { hash: spec }, meta: next(), replicas: 3 });
      const revision = aControllerRevision(set, {
        hash: of,
        revision: of === 'a' ? 1 : 2,
        template: { containers: [aContainer({ image: `store:${of}` })] },
        ...next(),
      });
      const pod = aPod({
        name: `store-${podName}`,
        meta: next(),
        owner: ownerRefTo(set),
        labels: ofRevision(revision),
        ...state(),
      });
      return ({ stores }: List) => {
        stores.statefulsets.upsert(set);
        if (isThere) stores.controllerrevisions.upsert(revision);
        else stores.controllerrevisions.remove(revision);
        stores.pods.upsert(pod);
      };
    }),
  fc.record({ of: fc.constantFrom('a', 'b'), isThere: fc.boolean() }).map(({ of, isThere }) => {
    const set = aStatefulSet({ name: 'store' });
    const revision = aControllerRevision(set, { hash: of, revision: of === 'a' ? 3 : 2, ...next() });
    return ({ stores }: List) =>
      isThere ? stores.controllerrevisions.upsert(revision) : stores.controllerrevisions.remove(revision);
  }),
  fc
    .record({ isThere: fc.boolean(), suspended: fc.boolean(), forbids: fc.boolean(), ago: fc.nat(20) })
    .map(({ isThere, suspended, forbids, ago }) => {
      const cronJob = aCronJob({
        meta: next(),
        suspended,
        concurrencyPolicy: forbids ? 'Forbid' : 'Allow',
        lastScheduleAt: at('10:00:00') - 5 * ago * MINUTE,
        active: forbids ? ['report-1'] : [],
      });
      return ({ stores }: List) =>
        isThere ? stores.cronjobs.upsert(cronJob) : stores.cronjobs.remove(cronJob);
    }),
  fc.record({ isThere: fc.boolean(), ended: fc.constantFrom('Complete', 'Failed', '') }).map((given) => {
    const job = aJob({
      name: 'report-1',
      owner: ownerRefTo(aCronJob()),
      meta: next(),
      conditions: given.ended === '' ? [] : [aCondition(given.ended, 'True', { reason: 'DeadlineExceeded' })],
    });
    return ({ stores }: List) => (given.isThere ? stores.jobs.upsert(job) : stores.jobs.remove(job));
  }),
  fc.record({ isThere: fc.boolean(), isReady: fc.boolean() }).map(({ isThere, isReady }) => {
    const node = aNode({
      name: 'node-0',
      meta: next(),
      conditions: [aCondition('Ready', isReady ? 'True' : 'Unknown', { reason: 'NodeStatusUnknown' })],
    });
    return ({ stores }: List) => (isThere ? stores.nodes.upsert(node) : stores.nodes.remove(node));
  }),
  fc.boolean().map((isReady) => {
    const slice = anEndpointSlice({ endpoints: [{ ready: isReady }] });
    const { resourceVersion } = next();
    return ({ stores }: List) => {
      stores.services.upsert(aService());
      stores.endpointslices.upsert({ ...slice, meta: { ...slice.meta, resourceVersion } });
    };
  }),
  fc.record({ workload, podName }).map(({ workload: { deployment }, podName }) => {
    const about = aPod({ name: `${deployment.meta.name}-${podName}` });
    const event = anEvent({ about, reason: 'FailedMount', message: 'no volume' });
    return ({ stores }: List) => stores.events.upsert(event);
  }),
  fc.constant(({ stores }: List) =>
    stores.events.upsert(
      anEvent({
        reason: 'FreeDiskSpaceFailed',
        lastAt: at('09:59:00'),
        regarding: { kind: 'Node', name: 'node-0', namespace: '', uid: 'node-0' },
      }),
    ),
  ),
  fc
    .record({
      kind: fc.constantFrom<KindName>('endpointslices', 'deployments', 'nodes', 'controllerrevisions'),
      is: fc.boolean(),
    })
    .map(
      ({ kind, is }) =>
        (list: List) =>
          list.setListed(kind, is),
    ),
  fc
    .constantFrom(SECOND, 30 * SECOND, 3 * MINUTE, 11 * MINUTE, 45 * MINUTE)
    .map((ms) => (list: List) => void list.pass(ms)),
);

it('judging what changed, step by step, ends where judging everything from scratch ends', () => {
  fc.assert(
    fc.property(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 }), (passes) => {
      const [incremental, scratch] = [aList({ all: false }), aList({ all: true })];
      for (const steps of passes) {
        for (const apply of steps) {
          apply(incremental);
          apply(scratch);
        }
        expect(incremental.look()).toEqual(scratch.look());
      }
    }),
    { numRuns: 150 },
  );
}, 30_000);
