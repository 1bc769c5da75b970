import { PROVISION_ERROR, DISK_DRIVER } from '#lib/sandbox/storage/disk-driver.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';
import { deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { inPool, poolNode } from './nodes.ts';
import { after, defineScenario, later, MINUTE } from './scenario.ts';
import { claimTemplate, statefulSet } from './workload-manifests.ts';

const UNBOUND = {
  on: 'condition',
  of: 'Pod',
  type: 'PodScheduled',
  status: 'False',
  reason: 'Unschedulable',
  message: 'pod has unbound immediate PersistentVolumeClaims',
} as const;

/** A broker is new here: the claim of its first pod is the first of its class. */
const broker = (name: string, storageClass: string, storage: string) => [
  service(`messaging/${name}`, 5432),
  statefulSet(`messaging/${name}`, {
    image: 'postgres:16-alpine',
    port: 5432,
    replicas: 3,
    memory: '256Mi',
    volumeMounts: [{ name: 'data', mountPath: '/var/lib/postgresql/data' }],
    spec: { volumeClaimTemplates: [claimTemplate('data', storageClass, storage)] },
  }),
];

export const storageClassMissing = defineScenario({
  id: 'storage-class-missing',
  cause: 'pvc-unbound',
  title: 'outbox-db wants disks of a storage class that does not exist',
  story:
    'A new database, written for another cluster: its claims name the class fast-ssd. Nobody provisions anything, and the first pod stays Pending.',
  seed: [namespace('messaging')],
  script: [after(21 * MINUTE, 'kubectl apply -f outbox-db.yaml', ...broker('outbox-db', 'fast-ssd', '20Gi'))],
  expect: {
    namespace: 'messaging',
    workload: 'outbox-db',
    kind: 'StatefulSet',
    reason: 'Unschedulable',
    sights: [
      UNBOUND,
      {
        on: 'event',
        of: 'PersistentVolumeClaim',
        reason: 'ProvisioningFailed',
        message: 'storageclass.storage.k8s.io "fast-ssd" not found',
      },
    ],
  },
});

const premium: Draft = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'premium' },
  provisioner: DISK_DRIVER,
  parameters: {
    [PROVISION_ERROR]:
      'rpc error: code = ResourceExhausted desc = cannot create disk: quota SSD_TOTAL_GB exceeded, limit 500 in region eu-west-1',
  },
  volumeBindingMode: 'Immediate',
};

export const provisioningFails = defineScenario({
  id: 'volume-provisioning-fails',
  cause: 'pvc-unbound',
  title: 'ledger-archive gets no disk: the provider refuses to make one',
  story:
    'The class exists, but every disk its driver asks the provider for is refused: the quota is used up. The claim stays Pending, and the pod with it.',
  seed: [namespace('messaging'), premium],
  script: [
    after(
      16 * MINUTE,
      'kubectl apply -f ledger-archive.yaml',
      ...broker('ledger-archive', 'premium', '200Gi'),
    ),
  ],
  expect: {
    namespace: 'messaging',
    workload: 'ledger-archive',
    kind: 'StatefulSet',
    reason: 'Unschedulable',
    sights: [
      UNBOUND,
      {
        on: 'event',
        of: 'PersistentVolumeClaim',
        reason: 'ProvisioningFailed',
        message: 'quota SSD_TOTAL_GB exceeded',
      },
    ],
  },
});

const reportArchive = (options: Partial<DeploymentOptions>) =>
  deployment('data/report-archive', {
    image: 'ghcr.io/acme/report-archive:1.0.0',
    replicas: 1,
    health: '/healthz',
    ...options,
  });

export const claimMissing = defineScenario({
  id: 'claim-missing',
  cause: 'pvc-not-found',
  title: 'report-archive mounts a claim nobody created',
  story:
    'Reports shall outlive the pod from now on. The Deployment names the claim report-archive; the manifest of the claim was never applied.',
  seed: [namespace('data'), service('data/report-archive', 80, 8080), reportArchive({})],
  script: [
    after(
      32 * MINUTE,
      'keep reports on a disk',
      reportArchive({
        volumeMounts: [{ name: 'reports', mountPath: '/var/reports' }],
        pod: { volumes: [{ name: 'reports', persistentVolumeClaim: { claimName: 'report-archive' } }] },
        cause: 'keep reports on a disk',
      }),
    ),
  ],
  expect: {
    namespace: 'data',
    workload: 'report-archive',
    reason: 'Unschedulable',
    sights: [
      {
        on: 'condition',
        of: 'Pod',
        type: 'PodScheduled',
        status: 'False',
        message: 'persistentvolumeclaim "report-archive" not found',
      },
    ],
  },
});

const critical: Draft = {
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name: 'business-critical' },
  value: 100_000,
  description: 'Card payments stop without it.',
};

export const preempted = defineScenario({
  id: 'preempted',
  cause: 'preempted',
  title: 'etl-worker had to make room for risk-scoring',
  story:
    'The pool of both has one node, and it was full. risk-scoring came with a higher priority: the scheduler ended a pod of etl-worker, whose replacement finds no room.',
  seed: [
    poolNode('analytics-1', 'analytics', { index: 24 }),
    namespace('analytics'),
    deployment('analytics/etl-worker', {
      image: 'ghcr.io/acme/etl-worker:1.1.0',
      replicas: 3,
      cpu: '1200m',
      health: '/healthz',
      pod: inPool('analytics'),
    }),
    critical,
  ],
  script: [
    later(
      MINUTE,
      after(
        28 * MINUTE,
        'release of risk-scoring',
        service('analytics/risk-scoring', 80, 8080),
        deployment('analytics/risk-scoring', {
          image: 'ghcr.io/acme/risk-scoring:1.0.0',
          replicas: 1,
          cpu: '1',
          health: '/healthz',
          pod: { ...inPool('analytics'), priorityClassName: 'business-critical' },
          cause: 'release 1.0.0',
        }),
      ),
    ),
  ],
  expect: {
    namespace: 'analytics',
    workload: 'etl-worker',
    reason: 'Unschedulable',
    sights: [
      { on: 'event', of: 'Pod', reason: 'Preempted', message: 'on node analytics-1' },
      { on: 'pods', state: 'Running', count: 2 },
      { on: 'pods', state: 'Pending', count: 1 },
    ],
  },
});

export const CLAIM_AND_PRIORITY_SCENARIOS = [storageClassMissing, provisioningFails, claimMissing, preempted];
