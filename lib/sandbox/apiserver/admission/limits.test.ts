import { beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { testServer } from '#lib/sandbox/apiserver/test-server.ts';

const SHOP = '/api/v1/namespaces/shop';

function aPod(name: string, resources?: JsonObject, spec: JsonObject = {}): JsonObject {
  const container = { name: 'app', image: 'shop/web:1', ...(resources && { resources }) };
  return { metadata: { name }, spec: { containers: [container], ...spec } };
}

let cluster: ReturnType<typeof testServer>;
const post = (path: string, body: Json) => cluster.post(`${SHOP}/${path}`, body);
const message = (path: string, body: Json): Json | undefined => post(path, body).body.message;

beforeEach(() => {
  cluster = testServer();
  cluster.post('/api/v1/namespaces', { metadata: { name: 'shop' } });
});

describe('a quota', () => {
  const quota = (hard: JsonObject, more: JsonObject = {}): void => {
    post('resourcequotas', { metadata: { name: 'team' }, spec: { hard, ...more } });
  };
  const status = (): Json | undefined => cluster.get(`${SHOP}/resourcequotas/team`).body.status;

  it('counts what exists when it is made, and what comes and goes afterwards', () => {
    post('pods', aPod('old', { requests: { cpu: '250m' } }));
    quota({ pods: '5', 'requests.cpu': '1', 'count/deployments.apps': '2', 'limits.memory': '1Gi' });
    expect(status()).toEqual({
      hard: { pods: '5', 'requests.cpu': '1', 'count/deployments.apps': '2', 'limits.memory': '1Gi' },
      used: { pods: '1', 'requests.cpu': '250m', 'count/deployments.apps': '0', 'limits.memory': '0' },
    });
    post('pods', aPod('new', { requests: { cpu: 0.5 }, limits: { memory: '0.5Gi' } }));
    expect(status()).toMatchObject({ used: { pods: '2', 'requests.cpu': '750m', 'limits.memory': '512Mi' } });
    cluster.del(`${SHOP}/pods/old`);
    expect(status()).toMatchObject({ used: { pods: '1', 'requests.cpu': '500m' } });
  });

  it('refuses what is beyond it, in the words of the real server', () => {
    quota({ 'limits.cpu': '6', 'limits.memory': '8Gi' });
    post('pods', aPod('first', { limits: { cpu: '5500m', memory: '1Gi' } }));
    expect(message('pods', aPod('second', { limits: { cpu: '1', memory: '1Gi' } }))).toBe(
      'pods "second" is forbidden: exceeded quota: team, requested: limits.cpu=1, used: limits.cpu=5500m, limited: limits.cpu=6',
    );
    expect(status()).toMatchObject({ used: { 'limits.cpu': '5500m', 'limits.memory': '1Gi' } });
  });

  it('refuses a Pod that does not say what is counted', () => {
    quota({ 'requests.memory': '8Gi', 'limits.cpu': '6' });
    expect(message('pods', aPod('silent'))).toBe(
      'pods "silent" is forbidden: failed quota: team: must specify limits.cpu for: app; requests.memory for: app',
    );
  });

  it('names a generated Pod by its whole name', () => {
    quota({ pods: '0' });
    const body = { ...aPod(''), metadata: { generateName: 'web-5d4f8-' } };
    expect(message('pods', body)).toMatch(
      /^pods "web-5d4f8-\w{5}" is forbidden: exceeded quota: team, requested: pods=1, used: pods=0, limited: pods=0$/,
    );
  });

  it('does not count a dry run', () => {
    quota({ pods: '1' });
    cluster.post(`${SHOP}/pods?dryRun=All`, aPod('thought'));
    expect(status()).toMatchObject({ used: { pods: '0' } });
  });

  it('gives back what a finished Pod took', () => {
    quota({ pods: '1' });
    post('pods', aPod('job', undefined, { restartPolicy: 'Never' }));
    cluster.patch(`${SHOP}/pods/job/status`, 'merge', { status: { phase: 'Succeeded' } });
    expect(post('pods', aPod('next')).status).toBe(201);
  });

  it('looks only at Pods of its scope', () => {
    quota({ pods: '0' }, { scopes: ['BestEffort'] });
    expect(post('pods', aPod('burst', { requests: { cpu: '1' } })).status).toBe(201);
    expect(post('pods', aPod('poor')).status).toBe(403);
  });

  it('takes a new limit over', () => {
    quota({ pods: '0' });
    cluster.patch(`${SHOP}/resourcequotas/team`, 'merge', { spec: { hard: { pods: '3' } } });
    expect(post('pods', aPod('now')).status).toBe(201);
  });

  it('counts the growth of an update', () => {
    quota({ 'services.nodeports': '1' });
    const ports = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ name: `p${n}`, port: 80 + n }));
    post('services', { metadata: { name: 'web' }, spec: { type: 'NodePort', ports: ports(1) } });
    const { body } = cluster.patch(`${SHOP}/services/web`, 'merge', { spec: { ports: ports(3) } });
    expect(body.message).toBe(
      'services "web" is forbidden: exceeded quota: team, requested: services.nodeports=2, used: services.nodeports=1, limited: services.nodeports=1',
    );
  });

  it('may only limit what can be counted', () => {
    const { body } = post('resourcequotas', { metadata: { name: 'odd' }, spec: { hard: { cpus: '1' } } });
    expect(body.message).toBe(
      'ResourceQuota "odd" is invalid: spec.hard[cpus]: Invalid value: "cpus": must be a standard resource for quotas',
    );
  });
});

describe('a limit range', () => {
  const limits = (...items: readonly JsonObject[]) =>
    post('limitranges', { metadata: { name: 'sizes' }, spec: { limits: items } });

  it('fills in what a container leaves out, and says so in an annotation', () => {
    limits({ type: 'Container', default: { cpu: '500m', memory: '512Mi' }, defaultRequest: { cpu: '100m' } });
    const { body } = post('pods', aPod('web', { requests: { memory: '64Mi' } }));
    expect(body).toMatchObject({
      metadata: {
        annotations: {
          'kubernetes.io/limit-ranger':
            'LimitRanger plugin set: cpu request for container app; cpu, memory limit for container app',
        },
      },
      spec: {
        containers: [
          {
            resources: {
              requests: { cpu: '100m', memory: '64Mi' },
              limits: { cpu: '500m', memory: '512Mi' },
            },
          },
        ],
      },
    });
  });

  it('makes a maximum the default limit and that the default request', () => {
    const { body } = limits({ type: 'Container', max: { memory: '1Gi' } });
    expect(body).toMatchObject({
      spec: { limits: [{ default: { memory: '1Gi' }, defaultRequest: { memory: '1Gi' } }] },
    });
  });

  it.each<[string, JsonObject, JsonObject | undefined]>([
    [
      'maximum memory usage per Container is 1Gi, but limit is 2Gi',
      { type: 'Container', max: { memory: '1Gi' } },
      { limits: { memory: '2Gi' } },
    ],
    [
      'minimum cpu usage per Container is 100m, but request is 10m',
      { type: 'Container', min: { cpu: '100m' } },
      { requests: { cpu: '10m' } },
    ],
    ['maximum cpu usage per Pod is 1.  No limit is specified', { type: 'Pod', max: { cpu: '1' } }, undefined],
    [
      'cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000',
      { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
      { requests: { cpu: '500m' }, limits: { cpu: '2' } },
    ],
  ])('refuses: %s', (why, item, resources) => {
    limits(item);
    expect(message('pods', aPod('web', resources))).toBe(`pods "web" is forbidden: ${why}`);
  });

  it('lists everything that is wrong', () => {
    limits({ type: 'Container', max: { cpu: '1', memory: '1Gi' } });
    expect(message('pods', aPod('web', { limits: { cpu: '2', memory: '2Gi' } }))).toBe(
      'pods "web" is forbidden: [maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]',
    );
  });

  it('is refused itself when it contradicts itself', () => {
    expect(limits({ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } }).status).toBe(422);
  });
});

describe('a priority class', () => {
  const CLASSES = '/apis/scheduling.k8s.io/v1/priorityclasses';

  it('gives its number to the Pods that name it', () => {
    cluster.post(CLASSES, { metadata: { name: 'urgent' }, value: 1000 });
    expect(post('pods', aPod('web', undefined, { priorityClassName: 'urgent' })).body.spec).toMatchObject({
      priority: 1000,
      preemptionPolicy: 'PreemptLowerPriority',
    });
  });

  it('that is the default gives it to the others too', () => {
    cluster.post(CLASSES, { metadata: { name: 'usual' }, value: 7, globalDefault: true });
    expect(post('pods', aPod('web')).body.spec).toMatchObject({ priority: 7, priorityClassName: 'usual' });
    expect(
      cluster.post(CLASSES, { metadata: { name: 'two' }, value: 8, globalDefault: true }).body.message,
    ).toBe(
      'priorityclasses.scheduling.k8s.io "two" is forbidden: PriorityClass usual is already marked as default. Only one default can exist',
    );
  });

  it('must exist', () => {
    expect(message('pods', aPod('web', undefined, { priorityClassName: 'urgent' }))).toBe(
      'pods "web" is forbidden: no PriorityClass with name urgent was found',
    );
  });

  it('of the system is there from the beginning', () => {
    const { body } = post('pods', aPod('dns', undefined, { priorityClassName: 'system-cluster-critical' }));
    expect(body.spec).toMatchObject({ priority: 2_000_000_000 });
  });

  it('keeps its value', () => {
    cluster.post(CLASSES, { metadata: { name: 'urgent' }, value: 1000 });
    expect(cluster.patch(`${CLASSES}/urgent`, 'merge', { value: 2000 }).body.message).toBe(
      'PriorityClass.scheduling.k8s.io "urgent" is invalid: value: Forbidden: may not be changed in an update.',
    );
  });
});

describe('a Pod on a node that is lost', () => {
  it('is tolerated for 300 s, beside what it tolerates itself', () => {
    const own = { key: 'dedicated', operator: 'Exists' };
    const { body } = post('pods', aPod('web', undefined, { tolerations: [own] }));
    const lost = { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 };
    expect(body.spec).toMatchObject({
      tolerations: [
        own,
        { key: 'node.kubernetes.io/not-ready', ...lost },
        { key: 'node.kubernetes.io/unreachable', ...lost },
      ],
    });
  });

  it('says itself for how long when it says anything', () => {
    const tolerations = [{ operator: 'Exists' }];
    expect(post('pods', aPod('agent', undefined, { tolerations })).body.spec).toMatchObject({ tolerations });
  });
});

describe('a namespace', () => {
  it('takes nothing new while it goes', () => {
    post('configmaps', { metadata: { name: 'kept', finalizers: ['example.com/keep'] } });
    cluster.del(SHOP);
    const { status, body } = post('pods', aPod('late'));
    expect(status).toBe(403);
    expect(body.message).toBe(
      'pods "late" is forbidden: unable to create new content in namespace shop because it is being terminated',
    );
    expect(body.details).toMatchObject({
      causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }],
    });
  });

  it.each(['default', 'kube-system', 'kube-public'])('%s never goes', (name) => {
    expect(cluster.del(`/api/v1/namespaces/${name}`).body.message).toBe(
      `namespaces "${name}" is forbidden: this namespace may not be deleted`,
    );
  });
});
