import { describe, expect, it } from 'vitest';
import type { Draft } from '#lib/sandbox/client/write.ts';
import { MINUTE, SECOND } from '#lib/sandbox/scenarios/scenario.ts';
import { namespace } from '#lib/sandbox/scenarios/manifests.ts';
import { TestCluster } from '#lib/sandbox/test-cluster.ts';

const IMAGE = 'postgres:16-alpine';
const labels = (app: string) => ({ app });

const container = (more: object = {}) => ({
  name: 'main',
  image: IMAGE,
  readinessProbe: { tcpSocket: { port: 5432 }, periodSeconds: 1 },
  ...more,
});

const template = (app: string, more: object = {}, spec: object = {}) => ({
  metadata: { labels: labels(app) },
  spec: { terminationGracePeriodSeconds: 5, containers: [container(more)], ...spec },
});

const statefulSet = (spec: object = {}, more: object = {}): Draft => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db', namespace: 'lab' },
  spec: {
    replicas: 3,
    serviceName: 'db',
    selector: { matchLabels: labels('db') },
    template: template('db', more),
    ...spec,
  },
});

const daemonSet = (spec: object = {}, more: object = {}): Draft => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent', namespace: 'lab' },
  spec: { selector: { matchLabels: labels('agent') }, template: template('agent', more), ...spec },
});

const job = (script: string, spec: object = {}, pod: object = {}): Draft => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'work', namespace: 'lab' },
  spec: {
    ...spec,
    template: {
      metadata: { labels: labels('work') },
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'main', image: IMAGE, command: ['sh', '-c', script] }],
        ...pod,
      },
    },
  },
});

async function lab(...objects: readonly Draft[]): Promise<TestCluster> {
  const cluster = await TestCluster.start();
  await cluster.apply(namespace('lab'), ...objects);
  return cluster;
}

const names = (cluster: TestCluster, app: string) =>
  cluster.pods(`lab/${app}`).map(({ metadata }) => metadata.name);

async function said(cluster: TestCluster, kind: string): Promise<readonly string[]> {
  const events = await cluster.events('lab');
  return events
    .filter(({ involvedObject }) => involvedObject.kind === kind)
    .toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map(({ reason, message }) => `${reason}: ${message}`);
}

const informers = (cluster: TestCluster) => cluster.sandbox.simulation.cluster.informers;

describe('a StatefulSet', () => {
  it('comes up one pod after the other, each with its name, host name and labels', async () => {
    const cluster = await lab(statefulSet());
    await cluster.advance(2 * SECOND);
    expect(names(cluster, 'db')).toEqual(['db-0']);
    await cluster.advance(MINUTE);
    expect(names(cluster, 'db')).toEqual(['db-0', 'db-1', 'db-2']);
    expect(await said(cluster, 'StatefulSet')).toEqual(
      [0, 1, 2].map((n) => `SuccessfulCreate: Create Pod db-${n} in StatefulSet db successful`),
    );
    const { status } = informers(cluster).statefulSets.get('lab', 'db') ?? {};
    expect(status).toMatchObject({ replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3 });
    expect(status?.currentRevision).toBe(status?.updateRevision);
    expect(cluster.pods('lab/db')[1]).toMatchObject({
      metadata: {
        labels: {
          'statefulset.kubernetes.io/pod-name': 'db-1',
          'apps.kubernetes.io/pod-index': '1',
          'controller-revision-hash': status?.currentRevision,
        },
      },
      spec: { hostname: 'db-1', subdomain: 'db' },
    });
    expect(cluster.errors).toEqual([]);
  });

  it('starts all at once with Parallel', async () => {
    const cluster = await lab(statefulSet({ podManagementPolicy: 'Parallel' }));
    await cluster.advance(SECOND);
    expect(names(cluster, 'db')).toHaveLength(3);
  });

  it('updates from the highest ordinal down to the partition, and stops at a pod that does not come up', async () => {
    const cluster = await lab(statefulSet());
    await cluster.advance(MINUTE);
    const rolling = { type: 'RollingUpdate', rollingUpdate: { partition: 1 } };
    await cluster.apply(statefulSet({ updateStrategy: rolling }, { env: [{ name: 'A', value: '1' }] }));
    await cluster.advance(2 * MINUTE);
    const revisions = () =>
      cluster.pods('lab/db').map(({ metadata }) => metadata.labels?.['controller-revision-hash']);
    const { status } = informers(cluster).statefulSets.get('lab', 'db') ?? {};
    expect(revisions()).toEqual([status?.currentRevision, status?.updateRevision, status?.updateRevision]);
    await cluster.apply(statefulSet({}, { image: 'postgres:no-such-tag' }));
    await cluster.advance(5 * MINUTE);
    const images = cluster.pods('lab/db').map(({ spec }) => spec.containers[0]?.image);
    expect(images).toEqual([IMAGE, IMAGE, 'postgres:no-such-tag']);
    const numbers = informers(cluster)
      .controllerRevisions.list('lab')
      .map(({ revision }) => revision);
    expect(numbers.toSorted()).toEqual([1, 2, 3]);
  });

  it('gives an old revision a new number when its template comes back', async () => {
    const cluster = await lab(statefulSet());
    await cluster.advance(MINUTE);
    await cluster.apply(statefulSet({}, { image: 'postgres:17-alpine' }));
    await cluster.advance(3 * MINUTE);
    await cluster.apply(statefulSet());
    await cluster.advance(3 * MINUTE);
    const numbers = informers(cluster)
      .controllerRevisions.list('lab')
      .map(({ revision }) => revision);
    expect(numbers.toSorted()).toEqual([2, 3]);
    const { status } = informers(cluster).statefulSets.get('lab', 'db') ?? {};
    expect(status).toMatchObject({ updatedReplicas: 3, readyReplicas: 3 });
    expect(status?.currentRevision).toBe(status?.updateRevision);
  });

  it('makes a claim for each pod, keeps it on scale-down and takes the highest pod first', async () => {
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    const mounted = { volumeMounts: [{ name: 'data', mountPath: '/var/lib/data' }] };
    const parallel = { volumeClaimTemplates: [claim], podManagementPolicy: 'Parallel' };
    const cluster = await lab(statefulSet(parallel, mounted));
    await cluster.advance(MINUTE);
    await cluster.patch('/apis/apps/v1/namespaces/lab/statefulsets/db', { spec: { replicas: 1 } });
    await cluster.advance(MINUTE);
    expect(names(cluster, 'db')).toEqual(['db-0']);
    const claims = informers(cluster).claims.list('lab');
    expect(claims.map(({ metadata }) => metadata.name)).toEqual(['data-db-0', 'data-db-1', 'data-db-2']);
    expect(await said(cluster, 'StatefulSet')).toContain(
      'SuccessfulCreate: Create Claim data-db-0 Pod db-0 in StatefulSet db success',
    );
  });
});

describe('a DaemonSet', () => {
  it('runs one pod on every node that is not tainted against it', async () => {
    const cluster = await lab(daemonSet());
    await cluster.advance(MINUTE);
    const homes = cluster.pods('lab/agent').map(({ spec }) => spec.nodeName ?? '');
    expect(homes.toSorted()).toEqual(['worker-1', 'worker-2', 'worker-3']);
    expect(informers(cluster).daemonSets.get('lab', 'agent')?.status).toMatchObject({
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      numberReady: 3,
      numberAvailable: 3,
      updatedNumberScheduled: 3,
      numberMisscheduled: 0,
    });
    expect(cluster.errors).toEqual([]);
  });

  it('replaces one pod after the other and never a second one while the first is not there', async () => {
    const cluster = await lab(daemonSet());
    await cluster.advance(MINUTE);
    await cluster.apply(daemonSet({}, { image: 'postgres:no-such-tag' }));
    await cluster.advance(5 * MINUTE);
    const images = cluster.pods('lab/agent').map(({ spec }) => spec.containers[0]?.image);
    expect(images.filter((image) => image === 'postgres:no-such-tag')).toHaveLength(1);
    await cluster.apply(daemonSet({}, { image: 'postgres:17-alpine' }));
    await cluster.advance(3 * MINUTE);
    const after = cluster.pods('lab/agent').map(({ spec }) => spec.containers[0]?.image);
    expect(after).toEqual(Array.from({ length: 3 }, () => 'postgres:17-alpine'));
  });

  it('starts the new pod first when it may surge', async () => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    const cluster = await lab(daemonSet({ updateStrategy }));
    await cluster.advance(MINUTE);
    await cluster.apply(daemonSet({ updateStrategy }, { image: 'postgres:17-alpine' }));
    await cluster.advance(SECOND);
    expect(cluster.pods('lab/agent')).toHaveLength(4);
    await cluster.advance(3 * MINUTE);
    expect(cluster.pods('lab/agent')).toHaveLength(3);
    expect(informers(cluster).daemonSets.get('lab', 'agent')?.status?.updatedNumberScheduled).toBe(3);
  });

  it('leaves a node that stopped matching', async () => {
    const cluster = await lab(daemonSet());
    await cluster.advance(MINUTE);
    const spec = { template: { spec: { nodeSelector: { 'kubernetes.io/hostname': 'worker-2' } } } };
    await cluster.patch('/apis/apps/v1/namespaces/lab/daemonsets/agent', { spec });
    await cluster.advance(MINUTE);
    expect(cluster.pods('lab/agent').map(({ spec: { nodeName } }) => nodeName)).toEqual(['worker-2']);
  });
});

describe('a Job', () => {
  const theJob = (cluster: TestCluster) => informers(cluster).jobs.get('lab', 'work');

  it('runs to its completions and says so', async () => {
    const cluster = await lab(job('sleep 5', { completions: 3, parallelism: 2 }));
    await cluster.advance(MINUTE);
    const { status } = theJob(cluster) ?? {};
    expect(status).toMatchObject({ succeeded: 3, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    expect(status?.conditions?.map(({ type, reason }) => `${type} ${reason ?? ''}`)).toEqual([
      'SuccessCriteriaMet CompletionsReached',
      'Complete CompletionsReached',
    ]);
    expect(status?.active).toBeUndefined();
    expect((await said(cluster, 'Job')).at(-1)).toBe('Completed: Job completed');
    expect(cluster.pods('lab/work').map((pod) => pod.metadata.finalizers)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(cluster.errors).toEqual([]);
  });

  it('tries again after 10 s, 20 s, 40 s and fails beyond its limit', async () => {
    const cluster = await lab(job('exit 3', { backoffLimit: 3 }));
    await cluster.advance(3 * MINUTE);
    const starts = cluster
      .pods('lab/work')
      .map(({ metadata }) => Date.parse(metadata.creationTimestamp))
      .toSorted();
    const gaps = starts.slice(1).map((at, index) => (at - (starts[index] ?? 0)) / SECOND);
    expect(gaps).toHaveLength(3);
    for (const [index, least] of [10, 20, 40].entries()) {
      expect(gaps[index]).toBeGreaterThanOrEqual(least);
      expect(gaps[index]).toBeLessThan(least + 12);
    }
    const { status } = theJob(cluster) ?? {};
    expect(status).toMatchObject({ failed: 4 });
    expect(status?.conditions?.map(({ type }) => type)).toEqual(['FailureTarget', 'Failed']);
    expect((await said(cluster, 'Job')).at(-1)).toBe(
      'BackoffLimitExceeded: Job has reached the specified backoff limit',
    );
  });

  it('ends its pods when its deadline has passed', async () => {
    const cluster = await lab(job('sleep 600', { activeDeadlineSeconds: 20 }));
    await cluster.advance(2 * MINUTE);
    const { status } = theJob(cluster) ?? {};
    expect(status?.conditions?.at(-1)).toMatchObject({ type: 'Failed', reason: 'DeadlineExceeded' });
    expect(cluster.pods('lab/work')).toEqual([]);
  });

  it('counts the restarts of OnFailure pods as tries', async () => {
    const cluster = await lab(job('sleep 1; exit 1', { backoffLimit: 2 }, { restartPolicy: 'OnFailure' }));
    await cluster.advance(3 * MINUTE);
    expect(theJob(cluster)?.status?.conditions?.at(-1)).toMatchObject({ reason: 'BackoffLimitExceeded' });
  });

  it('gives every index its pod, name and variable', async () => {
    const spec = { completions: 4, parallelism: 4, completionMode: 'Indexed' };
    const cluster = await lab(job('sleep 2', spec));
    await cluster.advance(SECOND);
    const prefixes = names(cluster, 'work').map((name) => name.slice(0, 7));
    expect(prefixes).toEqual(['work-0-', 'work-1-', 'work-2-', 'work-3-']);
    await cluster.advance(MINUTE);
    expect(theJob(cluster)?.status).toMatchObject({ succeeded: 4, completedIndexes: '0-3' });
  });

  it('creates nothing while suspended, and starts its clock when it is resumed', async () => {
    const cluster = await lab(job('sleep 2', { suspend: true }));
    await cluster.advance(10 * SECOND);
    expect(names(cluster, 'work')).toEqual([]);
    expect(theJob(cluster)?.status?.startTime).toBeUndefined();
    await cluster.patch('/apis/batch/v1/namespaces/lab/jobs/work', { spec: { suspend: false } });
    await cluster.advance(MINUTE);
    expect(theJob(cluster)?.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'Suspended=False',
      'SuccessCriteriaMet=True',
      'Complete=True',
    ]);
    expect((await said(cluster, 'Job')).map((text) => text.split(':')[0])).toEqual([
      'Suspended',
      'SuccessfulCreate',
      'Resumed',
      'Completed',
    ]);
  });

  it('fails at once for an exit code its policy names', async () => {
    const rules = [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }];
    const cluster = await lab(job('exit 42', { podFailurePolicy: { rules } }));
    await cluster.advance(MINUTE);
    const [pod = ''] = names(cluster, 'work');
    expect(theJob(cluster)?.status?.conditions?.at(-1)).toMatchObject({
      type: 'Failed',
      reason: 'PodFailurePolicy',
      message: `Container main for pod lab/${pod} failed with exit code 42 matching FailJob rule at index 0`,
    });
  });

  it('goes with its pods when its time to live is over', async () => {
    const cluster = await lab(job('sleep 1', { ttlSecondsAfterFinished: 30 }));
    await cluster.advance(20 * SECOND);
    expect(theJob(cluster)?.status?.succeeded).toBe(1);
    await cluster.advance(MINUTE);
    expect(theJob(cluster)).toBeUndefined();
    expect(names(cluster, 'work')).toEqual([]);
  });

  it('leaves no pod behind that waits for ever to be counted', async () => {
    const cluster = await lab(job('sleep 600'));
    await cluster.advance(10 * SECOND);
    const { api } = cluster.sandbox.simulation.cluster;
    await api.send('DELETE', '/apis/batch/v1/namespaces/lab/jobs/work', { propagationPolicy: 'Background' });
    await cluster.advance(MINUTE);
    expect(names(cluster, 'work')).toEqual([]);
  });
});

describe('a CronJob', () => {
  const cronJob = (script: string, spec: object = {}): Draft => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly', namespace: 'lab' },
    spec: {
      schedule: '*/2 * * * *',
      jobTemplate: { spec: job(script).spec as object },
      ...spec,
    },
  });
  const jobNames = (cluster: TestCluster) =>
    informers(cluster)
      .jobs.list('lab')
      .map(({ metadata }) => metadata.name);

  it('starts a job at every turn, named by the minute, and keeps three', async () => {
    const cluster = await lab(cronJob('sleep 5'));
    await cluster.advance(11 * MINUTE);
    const minute = cluster.now / MINUTE;
    const turns = jobNames(cluster).map((name) => Number(name.replace('nightly-', '')));
    expect(turns).toHaveLength(3);
    expect(turns.every((turn) => turn % 2 === 0 && turn <= minute)).toBe(true);
    const { status } = informers(cluster).cronJobs.get('lab', 'nightly') ?? {};
    expect(status?.active).toBeUndefined();
    expect(status?.lastSuccessfulTime).toBeDefined();
    const reasons = (await said(cluster, 'CronJob')).map((text) => text.split(':')[0]);
    expect(reasons.slice(0, 2)).toEqual(['SuccessfulCreate', 'SawCompletedJob']);
    expect(new Set(reasons)).toEqual(new Set(['SuccessfulCreate', 'SawCompletedJob', 'SuccessfulDelete']));
    expect(cluster.errors).toEqual([]);
  });

  it('waits for the job before it with Forbid', async () => {
    const cluster = await lab(cronJob('sleep 900', { concurrencyPolicy: 'Forbid' }));
    await cluster.advance(5 * MINUTE);
    expect(jobNames(cluster)).toHaveLength(1);
    expect(await said(cluster, 'CronJob')).toContain(
      'JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid',
    );
  });

  it('ends the job before it with Replace', async () => {
    const cluster = await lab(cronJob('sleep 900', { concurrencyPolicy: 'Replace' }));
    await cluster.advance(5 * MINUTE);
    expect(jobNames(cluster)).toHaveLength(1);
    expect(cluster.pods('lab/work').filter(({ metadata }) => !metadata.deletionTimestamp)).toHaveLength(1);
  });

  it('does nothing while suspended', async () => {
    const cluster = await lab(cronJob('sleep 5', { suspend: true }));
    await cluster.advance(5 * MINUTE);
    expect(jobNames(cluster)).toEqual([]);
  });
});
