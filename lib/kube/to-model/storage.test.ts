import { describe, expect, it } from 'vitest';
import { toLimitRange, toQuota } from './limits.ts';
import { toPersistentVolume, toStorageClass, toVolumeClaim } from './storage.ts';

describe('a PersistentVolumeClaim off the wire', () => {
  const claim = {
    metadata: {
      name: 'data-db-0',
      namespace: 'shop',
      uid: 'u1',
      creationTimestamp: '2026-01-15T10:00:00Z',
      finalizers: ['kubernetes.io/pvc-protection'],
      annotations: {
        'volume.kubernetes.io/storage-provisioner': 'ebs.csi.aws.com',
        'volume.kubernetes.io/selected-node': 'node-2',
        'kubectl.kubernetes.io/last-applied-configuration': 'CANARY',
      },
    },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '20Gi' } },
      storageClassName: 'gp3',
      volumeMode: 'Filesystem',
      dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'nightly' },
    },
    status: { phase: 'Pending' },
  };

  it('keeps what decides about its volume, and nothing else', () => {
    expect(toVolumeClaim(claim)).toEqual({
      uid: 'u1',
      namespace: 'shop',
      name: 'data-db-0',
      createdAt: Date.UTC(2026, 0, 15, 10),
      deletedAt: undefined,
      finalizers: ['kubernetes.io/pvc-protection'],
      phase: 'Pending',
      storageClass: 'gp3',
      volumeName: undefined,
      requested: '20Gi',
      accessModes: ['ReadWriteOnce'],
      isBlock: false,
      hasSelector: false,
      dataSource: 'VolumeSnapshot nightly',
      provisioner: 'ebs.csi.aws.com',
      selectedNode: 'node-2',
    });
    expect(JSON.stringify(toVolumeClaim(claim))).not.toContain('CANARY');
  });

  it.each([
    ['no class named', {}, {}, undefined],
    ['none wanted', { storageClassName: '' }, {}, ''],
    ['the class of the old annotation', {}, { 'volume.beta.kubernetes.io/storage-class': 'slow' }, 'slow'],
  ])('tells %s', (_name, spec, annotations, storageClass) => {
    expect(toVolumeClaim({ metadata: { annotations }, spec }).storageClass).toBe(storageClass);
  });

  it('is pending before anybody wrote a status, and survives nonsense', () => {
    expect(toVolumeClaim({ spec: 7, status: [], metadata: null })).toMatchObject({
      phase: 'Pending',
      name: '',
    });
  });
});

describe('a StorageClass off the wire', () => {
  it('keeps driver, binding mode, default and where its volumes may be', () => {
    expect(
      toStorageClass({
        metadata: { name: 'gp3', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
        provisioner: 'ebs.csi.aws.com',
        parameters: { secret: 'CANARY' },
        volumeBindingMode: 'WaitForFirstConsumer',
        allowedTopologies: [
          { matchLabelExpressions: [{ key: 'topology.kubernetes.io/zone', values: ['eu-west-1a'] }] },
        ],
      }),
    ).toEqual({
      name: 'gp3',
      provisioner: 'ebs.csi.aws.com',
      waitsForConsumer: true,
      isDefault: true,
      topologies: [
        {
          labels: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['eu-west-1a'] }],
          fields: [],
        },
      ],
    });
  });

  it('binds at once unless it says otherwise', () => {
    expect(toStorageClass({ metadata: { name: 'a' }, provisioner: 'x' })).toMatchObject({
      waitsForConsumer: false,
      isDefault: false,
    });
  });
});

describe('a PersistentVolume off the wire', () => {
  it('keeps size, modes, owner and nodes, never its source', () => {
    const volume = toPersistentVolume({
      metadata: { name: 'pv-1' },
      spec: {
        capacity: { storage: '5Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'local',
        volumeMode: 'Block',
        claimRef: { namespace: 'shop', name: 'data', uid: 'u1' },
        csi: { volumeHandle: 'CANARY', nodePublishSecretRef: { name: 'CANARY' } },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-1'] }] },
            ],
          },
        },
      },
      status: { phase: 'Released' },
    });
    expect(volume).toEqual({
      name: 'pv-1',
      phase: 'Released',
      deletedAt: undefined,
      storageClass: 'local',
      capacity: '5Gi',
      accessModes: ['ReadWriteOnce'],
      isBlock: true,
      claim: { namespace: 'shop', name: 'data', uid: 'u1' },
      nodeTerms: [
        { labels: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-1'] }], fields: [] },
      ],
    });
  });
});

describe('what limits a namespace, off the wire', () => {
  it('a quota is what admission compares with: its status, before that its spec', () => {
    const metadata = { name: 'team' };
    const spec = { hard: { 'requests.memory': '4Gi' }, scopes: ['NotTerminating'] };
    expect(toQuota({ metadata, spec })).toEqual({
      name: 'team',
      hard: { 'requests.memory': '4Gi' },
      used: {},
      scopes: ['NotTerminating'],
    });
    const status = { hard: { 'requests.memory': '2Gi' }, used: { 'requests.memory': '1536Mi', pods: 3 } };
    expect(toQuota({ metadata, spec, status })).toMatchObject({
      hard: { 'requests.memory': '2Gi' },
      used: { 'requests.memory': '1536Mi', pods: '3' },
    });
  });

  it('a LimitRange is its bounds and defaults', () => {
    const limits = [{ type: 'Container', max: { memory: '1Gi' }, default: { cpu: 1 } }];
    expect(toLimitRange({ metadata: { name: 'sizes' }, spec: { limits } })).toEqual({
      name: 'sizes',
      items: [
        {
          type: 'Container',
          max: { memory: '1Gi' },
          min: {},
          default: { cpu: '1' },
          defaultRequest: {},
          maxLimitRequestRatio: {},
        },
      ],
    });
  });
});
