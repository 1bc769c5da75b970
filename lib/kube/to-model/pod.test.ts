import { describe, expect, it } from 'vitest';
import type { ToModelContext } from './context.ts';
import { toPod } from './pod.ts';
import { createValueHash } from './value-hash.ts';

const hash = createValueHash(Buffer.from('one key per process'));

function context() {
  const odd: string[] = [];
  const value: ToModelContext = { hash, odd: (path) => odd.push(path) };
  return { odd, value };
}

/** A pod of a 1.35 API server, as `kubectl get -o json` shows it, with managedFields and last-applied in place. */
const WEB = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web-6d4b75cb6d-x7k2p',
    generateName: 'web-6d4b75cb6d-',
    namespace: 'shop',
    uid: '0f5f',
    resourceVersion: '812',
    generation: 1,
    creationTimestamp: '2026-11-21T02:00:00Z',
    labels: { app: 'web', 'pod-template-hash': '6d4b75cb6d' },
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': '{"env":"CANARY-applied"}',
      'kubectl.kubernetes.io/restartedAt': '2026-11-21T01:59:00Z',
      'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web',
      'vault.example/token': 'CANARY-annotation',
    },
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Other', name: 'o', uid: 'u0' },
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-6d4b75cb6d', uid: 'rs-1', controller: true },
    ],
    managedFields: [{ manager: 'CANARY-managed', time: '2026-11-21T02:00:00Z', fieldsV1: { 'f:spec': {} } }],
  },
  spec: {
    nodeName: 'node-1',
    serviceAccountName: 'web',
    imagePullSecrets: [{ name: 'ghcr' }],
    initContainers: [
      { name: 'migrate', image: 'app:1' },
      { name: 'mesh', image: 'mesh:2', restartPolicy: 'Always' },
    ],
    containers: [
      {
        name: 'app',
        image: 'registry.example:5000/app',
        command: [],
        args: ['--port', '8080'],
        env: [
          { name: 'PASSWORD', value: 'CANARY-env' },
          { name: 'EMPTY' },
          { name: 'FROM_SECRET', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
          { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        ],
        envFrom: [
          { prefix: 'P_', configMapRef: { name: 'settings', optional: true } },
          { secretRef: { name: 'db' } },
          {},
        ],
        ports: [{ containerPort: 8080, name: 'http' }],
        resources: { requests: { cpu: '250m' }, limits: { memory: '64Mi' } },
        readinessProbe: { httpGet: { port: 'http' } },
        livenessProbe: { exec: { command: ['/bin/check'] }, periodSeconds: 3 },
        startupProbe: { grpc: { port: 9000 } },
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
        securityContext: { runAsNonRoot: true },
      },
    ],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }] },
            { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] },
          ],
        },
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, preference: { matchExpressions: [{ key: 'disk', operator: 'Exists' }] } },
        ],
      },
    },
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: 'web-data' } },
      { name: 'tls', secret: { secretName: 'web-tls', optional: true } },
      { name: 'tmp', emptyDir: {} },
    ],
  },
  status: {
    phase: 'Running',
    qosClass: 'Burstable',
    podIP: '10.1.2.3',
    startTime: '2026-11-21T02:00:01Z',
    conditions: [
      {
        type: 'Ready',
        status: 'False',
        reason: 'ContainersNotReady',
        lastTransitionTime: '2026-11-21T02:01:00Z',
      },
    ],
    containerStatuses: [
      {
        name: 'app',
        image: 'registry.example:5000/app:latest',
        imageID: 'sha256:1',
        ready: false,
        started: false,
        restartCount: 4,
        state: {
          waiting: { reason: 'CrashLoopBackOff', message: 'back-off 1m20s restarting failed container' },
        },
        lastState: {
          terminated: {
            exitCode: 128,
            reason: 'StartError',
            startedAt: '1970-01-01T00:00:00Z',
            finishedAt: '2026-11-21T02:05:00Z',
            containerID: 'containerd://abc',
          },
        },
      },
    ],
  },
};

describe('toPod', () => {
  const { odd, value } = context();
  const pod = toPod(WEB, value);
  const app = pod.template.containers.find(({ name }) => name === 'app');

  it('keeps no value, no managedFields and no annotation outside the allow-list', () => {
    expect(JSON.stringify(pod)).not.toContain('CANARY');
    expect(Object.keys(pod.meta.annotations)).toEqual([
      'kubectl.kubernetes.io/restartedAt',
      'argocd.argoproj.io/tracking-id',
    ]);
    expect(odd).toEqual([]);
  });

  it('names the controlling owner', () => {
    expect(pod.meta.owner).toEqual({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'web-6d4b75cb6d',
      uid: 'rs-1',
    });
  });

  it('orders containers and tells init, sidecar and app apart', () => {
    expect(pod.template.containers.map(({ name, role }) => `${role} ${name}`)).toEqual([
      'init migrate',
      'sidecar mesh',
      'app app',
    ]);
  });

  it('hashes literal env values, keeps sources, and tells empty from absent source', () => {
    expect(app?.env).toEqual([
      { name: 'PASSWORD', valueHash: hash('CANARY-env') },
      { name: 'EMPTY', valueHash: hash('') },
      { name: 'FROM_SECRET', source: { kind: 'secretKey', name: 'db', key: 'password', optional: false } },
      { name: 'NODE', source: { kind: 'field', path: 'spec.nodeName' } },
    ]);
    expect(app?.envFrom).toEqual([
      { kind: 'configMap', name: 'settings', prefix: 'P_', optional: true },
      { kind: 'secret', name: 'db', prefix: '', optional: false },
    ]);
  });

  it('fills in the documented defaults', () => {
    expect(app).toMatchObject({ imagePullPolicy: 'Always', command: undefined, args: ['--port', '8080'] });
    expect(app?.ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }]);
    expect(app?.readiness).toEqual({
      handler: { kind: 'http', path: '/', port: 'http', scheme: 'HTTP', host: undefined },
      initialDelaySeconds: 0,
      periodSeconds: 10,
      timeoutSeconds: 1,
      failureThreshold: 3,
      successThreshold: 1,
      terminationGracePeriodSeconds: undefined,
    });
    expect(app?.liveness).toMatchObject({
      handler: { kind: 'exec', command: ['/bin/check'] },
      periodSeconds: 3,
    });
    expect(app?.startup?.handler).toEqual({ kind: 'grpc', port: 9000, service: undefined });
    expect(pod.template).toMatchObject({
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
      hostNetwork: false,
      hash: '',
    });
  });

  it('takes what is required of a node, not what is preferred', () => {
    expect(pod.template.nodeTerms).toEqual([
      { labels: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }], fields: [] },
      { labels: [], fields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] },
    ]);
  });

  it('names what volumes refer to', () => {
    expect(pod.template.volumes).toEqual([
      { name: 'data', kind: 'persistentVolumeClaim', refName: 'web-data', optional: false },
      { name: 'tls', kind: 'secret', refName: 'web-tls', optional: true },
      { name: 'tmp', kind: 'emptyDir', refName: undefined, optional: false },
    ]);
  });

  it('reads a start in 1970 as "never ran"', () => {
    expect(pod.statuses[0]?.lastTermination).toEqual({
      kind: 'terminated',
      exitCode: 128,
      signal: undefined,
      reason: 'StartError',
      message: undefined,
      startedAt: undefined,
      finishedAt: Date.UTC(2026, 10, 21, 2, 5),
      containerId: 'containerd://abc',
    });
  });

  it('an empty state is waiting, and missing times fall to when the pod was accepted', () => {
    const statuses = [
      { name: 'a', state: {} },
      {
        name: 'b',
        state: {
          terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', startedAt: null, finishedAt: null },
        },
      },
    ];
    const { statuses: read } = toPod(
      { ...WEB, status: { ...WEB.status, containerStatuses: statuses } },
      value,
    );
    expect(read[0]?.state).toEqual({ kind: 'waiting', reason: 'ContainerCreating', message: undefined });
    expect(read[1]?.state).toMatchObject({
      kind: 'terminated',
      startedAt: undefined,
      finishedAt: Date.UTC(2026, 10, 21, 2, 0, 1),
    });
  });

  it.each([
    [{}],
    [{ metadata: 7, spec: [], status: 'x' }],
    [
      {
        metadata: { labels: [1], annotations: 'x', ownerReferences: {} },
        spec: { containers: [null, 3, {}] },
        status: { conditions: [[]] },
      },
    ],
    [
      {
        spec: {
          containers: [{ env: [{}], ports: 'x', resources: 1, livenessProbe: { httpGet: 2 } }],
          volumes: [{}],
        },
      },
    ],
    [
      {
        status: {
          phase: 'Dreaming',
          containerStatuses: [{ state: { running: { startedAt: 'yesterday' } } }],
        },
      },
    ],
  ])('never throws on %j', (object) => {
    const { odd: oddities, value: lenient } = context();
    expect(toPod(object, lenient).kind).toBe('Pod');
    expect(oddities.length).toBeGreaterThan(0);
  });
});
