import { beforeEach, describe, expect, it } from 'vitest';
import type { Draft } from '#lib/sandbox/client/write.ts';
import { namespace } from '#lib/sandbox/scenarios/manifests.ts';
import { MINUTE, SECOND } from '#lib/sandbox/scenarios/scenario.ts';
import { DISK_DRIVER, PROVISION_ERROR } from '#lib/sandbox/storage/disk-driver.ts';
import { KUBELET_WISH } from '#lib/sandbox/kubelet/node-wishes.ts';
import { TestCluster } from '#lib/sandbox/test-cluster.ts';

let cluster: TestCluster;
const caches = () => cluster.sandbox.simulation.cluster.informers;

const claim = (name: string, spec: object = {}): Draft => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { namespace: 'shop', name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1500Mi' } }, ...spec },
});
const storageClass = (name: string, more: object = {}): Draft => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  provisioner: DISK_DRIVER,
  ...more,
});
const volume = (name: string, spec: object = {}): Draft => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: { capacity: { storage: '5Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' }, ...spec },
});
const user = (name: string, claimName: string, spec: object = {}): Draft => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'shop', name, labels: { app: name } },
  spec: {
    containers: [{ name: 'db', image: 'redis:7-alpine' }],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
    ...spec,
  },
});
const podOf = (name: string) => cluster.pods(`shop/${name}`)[0];
const runs = (name: string) => podOf(name)?.status?.containerStatuses?.[0]?.state.running !== undefined;
const isBoundTo = (name: string) => caches().claims.get('shop', name)?.spec.volumeName;
const said = async (name: string) =>
  (await cluster.events('shop'))
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ reason, message }) => `${reason}: ${message}`);

beforeEach(async () => {
  cluster = await TestCluster.start();
  await cluster.apply(namespace('shop'));
});

describe('a claim', () => {
  it('of the default class waits for its pod, gets a disk where the pod goes, and is attached and mounted', async () => {
    await cluster.apply(claim('data'));
    await cluster.advance(20 * SECOND);
    expect(caches().claims.get('shop', 'data')?.spec.storageClassName).toBe('standard');
    expect(await said('data')).toEqual([
      'WaitForFirstConsumer: waiting for first consumer to be created before binding',
    ]);
    await cluster.apply(user('db', 'data'));
    await cluster.advance(SECOND);
    expect(podOf('db')?.status?.nominatedNodeName).toBe('worker-1');
    await cluster.advance(10 * SECOND);
    expect(runs('db')).toBe(true);
    const uid = caches().claims.get('shop', 'data')?.metadata.uid ?? '';
    expect(isBoundTo('data')).toBe(`pvc-${uid}`);
    expect(caches().claims.get('shop', 'data')?.status).toEqual({
      phase: 'Bound',
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '2Gi' },
    });
    expect(await said('data')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(`^ExternalProvisioning: .* external provisioner '${DISK_DRIVER}' or manually`),
        'Provisioning: External provisioner is provisioning volume for claim "shop/data"',
        `ProvisioningSucceeded: Successfully provisioned volume pvc-${uid}`,
      ]),
    );
    expect(await said('db')).toContain(
      `SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume "pvc-${uid}" `,
    );
    expect(cluster.errors).toEqual([]);
  });

  it('takes the smallest volume that suffices, and gives it back Released', async () => {
    await cluster.apply(
      volume('big', { capacity: { storage: '9Gi' } }),
      volume('small'),
      volume('tiny', { capacity: { storage: '1Gi' } }),
    );
    await cluster.apply(claim('data', { storageClassName: '' }));
    await cluster.advance(SECOND);
    expect(isBoundTo('data')).toBe('small');
    await cluster.sandbox.transport.request({
      method: 'DELETE',
      path: '/api/v1/namespaces/shop/persistentvolumeclaims/data',
    });
    await cluster.advance(SECOND);
    const phases = caches()
      .volumes.list()
      .map(({ metadata, status }) => [metadata.name, status?.phase]);
    expect(phases).toEqual([
      ['big', 'Available'],
      ['small', 'Released'],
      ['tiny', 'Available'],
    ]);
  });

  it.each<[string, object, string]>([
    [
      'without a class',
      { storageClassName: '' },
      'FailedBinding: no persistent volumes available for this claim and no storage class is set',
    ],
    [
      'of a class that does not exist',
      { storageClassName: 'nosuch' },
      'ProvisioningFailed: storageclass.storage.k8s.io "nosuch" not found',
    ],
    [
      'of a class nobody provisions',
      { storageClassName: 'elsewhere' },
      "ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'ebs.example.com' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
    ],
    [
      'whose driver refuses',
      { storageClassName: 'broke' },
      'ProvisioningFailed: failed to provision volume with StorageClass "broke": rpc error: code = ResourceExhausted desc = quota exceeded',
    ],
  ])('%s says why it stays Pending, and its pod waits', async (_case, spec, message) => {
    const error = 'rpc error: code = ResourceExhausted desc = quota exceeded';
    await cluster.apply(
      storageClass('elsewhere', { provisioner: 'ebs.example.com' }),
      storageClass('broke', { parameters: { [PROVISION_ERROR]: error } }),
    );
    await cluster.apply(claim('data', spec), user('db', 'data'));
    await cluster.advance(MINUTE);
    expect(await said('data')).toContain(message);
    expect(caches().claims.get('shop', 'data')?.status?.phase).toBe('Pending');
    expect((await said('db'))[0]).toBe(
      'FailedScheduling: 0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
    );
  });

  it('in use outlives its deletion until the pod is gone', async () => {
    await cluster.apply(claim('data'), user('db', 'data'));
    await cluster.advance(MINUTE);
    const path = '/api/v1/namespaces/shop';
    await cluster.sandbox.transport.request({
      method: 'DELETE',
      path: `${path}/persistentvolumeclaims/data`,
    });
    await cluster.advance(MINUTE);
    expect(caches().claims.get('shop', 'data')?.metadata.deletionTimestamp).toBeDefined();
    await cluster.sandbox.transport.request({ method: 'DELETE', path: `${path}/pods/db` });
    await cluster.advance(MINUTE);
    expect(caches().claims.list('shop')).toEqual([]);
    expect(caches().volumes.list()).toEqual([]);
    expect(caches().attachments.list()).toEqual([]);
  });
});

describe('a disk that can be at one node only', () => {
  const beside = { nodeSelector: { 'kubernetes.io/hostname': 'worker-2' } };
  const shared = claim('data', { storageClassName: 'anywhere' });
  beforeEach(async () => {
    await cluster.apply(
      storageClass('anywhere'),
      shared,
      user('old', 'data', { nodeSelector: { 'kubernetes.io/hostname': 'worker-1' } }),
    );
    await cluster.advance(MINUTE);
    await cluster.apply(user('new', 'data', beside));
    await cluster.advance(MINUTE);
  });

  it('keeps the next pod in ContainerCreating, said once, until the first is gone', async () => {
    expect(runs('old')).toBe(true);
    expect(runs('new')).toBe(false);
    const name = isBoundTo('data') ?? '';
    expect(podOf('new')?.status?.containerStatuses?.[0]?.state.waiting?.reason).toBe('ContainerCreating');
    expect((await said('new')).filter((each) => each.startsWith('FailedAttachVolume'))).toEqual([
      `FailedAttachVolume: Multi-Attach error for volume "${name}" Volume is already used by pod(s) old`,
    ]);
    await cluster.sandbox.transport.request({ method: 'DELETE', path: '/api/v1/namespaces/shop/pods/old' });
    await cluster.advance(MINUTE);
    expect(runs('new')).toBe(true);
  });

  it('stays with the pod on a dead node', async () => {
    await cluster.patch('/api/v1/nodes/worker-1', {
      metadata: { annotations: { [KUBELET_WISH]: 'stopped' } },
    });
    await cluster.advance(20 * MINUTE);
    expect(podOf('old')?.metadata.deletionTimestamp).toBeDefined();
    expect(runs('new')).toBe(false);
  });
});
