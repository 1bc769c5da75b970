import { deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { inPool, node, poolNode } from './nodes.ts';
import { after, defineScenario, later, MINUTE, SECOND } from './scenario.ts';

const acme = (name: string, tag: string) => `ghcr.io/acme/${name}:${tag}`;
const unschedulable = (message: string) =>
  ({
    on: 'condition',
    of: 'Pod',
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
  }) as const;

const demandModel = (options: Partial<DeploymentOptions>) =>
  deployment('data/demand-model', {
    image: acme('demand-model', '1.2.0'),
    replicas: 2,
    health: '/healthz',
    ...options,
  });

export const insufficientCpu = defineScenario({
  id: 'insufficient-cpu',
  cause: 'insufficient-cpu',
  title: 'demand-model asks for more cores than any node has',
  story:
    'The request was raised from half a core to twelve; nodes have four. The new pod stays Pending, the old ones keep serving.',
  seed: [namespace('data'), service('data/demand-model', 80, 8080), demandModel({ cpu: '500m' })],
  script: [
    after(
      22 * MINUTE,
      'give demand-model 12 cores',
      demandModel({ cpu: '12', cause: 'demand-model needs 12 cores' }),
    ),
  ],
  expect: {
    namespace: 'data',
    workload: 'demand-model',
    reason: 'Unschedulable',
    sights: [unschedulable('Insufficient cpu')],
  },
});

const embeddings = (options: Partial<DeploymentOptions>) =>
  deployment('ml/embeddings', {
    image: acme('embeddings', '1.0.0'),
    replicas: 1,
    health: '/healthz',
    ...options,
  });

export const untoleratedTaint = defineScenario({
  id: 'untolerated-taint',
  cause: 'untolerated-taint',
  title: 'embeddings is sent to the GPU node but does not tolerate its taint',
  story:
    'Release 1.1.0 selects the node with the accelerator. That node is tainted, so that only GPU work runs there, and the toleration was forgotten.',
  seed: [
    node('gpu-1', {
      index: 20,
      labels: { 'acme.example/accelerator': 'nvidia-l4' },
      taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }],
    }),
    namespace('ml'),
    service('ml/embeddings', 80, 8080),
    embeddings({ cause: 'release 1.0.0' }),
  ],
  script: [
    after(
      26 * MINUTE,
      'release 1.1.0',
      embeddings({
        image: acme('embeddings', '1.1.0'),
        pod: { nodeSelector: { 'acme.example/accelerator': 'nvidia-l4' } },
        cause: 'release 1.1.0: run on GPUs',
      }),
    ),
  ],
  expect: {
    namespace: 'ml',
    workload: 'embeddings',
    reason: 'Unschedulable',
    sights: [
      unschedulable('node(s) had untolerated taint(s)'),
      unschedulable("didn't match Pod's node affinity/selector"),
    ],
  },
});

const vectorSearch = (options: Partial<DeploymentOptions>) =>
  deployment('ml/vector-search', { image: acme('vector-search', '2.0.0'), health: '/healthz', ...options });

export const nodeSelectorMismatch = defineScenario({
  id: 'node-selector-mismatch',
  cause: 'node-selector-mismatch',
  title: 'vector-search wants nodes with a label no node has',
  story:
    'The new template selects disktype=nvme. Nobody labelled a node that way, so the new pod fits nowhere.',
  seed: [namespace('ml'), service('ml/vector-search', 80, 8080), vectorSearch({})],
  script: [
    after(
      18 * MINUTE,
      'move vector-search to fast disks',
      vectorSearch({ pod: { nodeSelector: { disktype: 'nvme' } }, cause: 'move to fast disks' }),
    ),
  ],
  expect: {
    namespace: 'ml',
    workload: 'vector-search',
    reason: 'Unschedulable',
    sights: [unschedulable("node(s) didn't match Pod's node affinity/selector")],
  },
});

const geoLookup = (options: Partial<DeploymentOptions>) =>
  deployment('shop/geo-lookup', { image: acme('geo-lookup', '1.3.0'), health: '/healthz', ...options });

export const nodeAffinityMismatch = defineScenario({
  id: 'node-affinity-mismatch',
  cause: 'node-selector-mismatch',
  title: 'geo-lookup may only run in a zone that does not exist',
  story:
    'The affinity was copied from another cluster: it requires zone-d or zone-e, and this cluster has zone-a to zone-c.',
  seed: [namespace('shop'), service('shop/geo-lookup', 80, 8080), geoLookup({})],
  script: [
    after(
      29 * MINUTE,
      'pin geo-lookup to two zones',
      geoLookup({
        pod: {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [
                  {
                    matchExpressions: [
                      { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['zone-d', 'zone-e'] },
                    ],
                  },
                ],
              },
            },
          },
        },
      }),
    ),
  ],
  expect: {
    namespace: 'shop',
    workload: 'geo-lookup',
    reason: 'Unschedulable',
    sights: [unschedulable("node(s) didn't match Pod's node affinity/selector")],
  },
});

const APART = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchLabels: { app: 'search-index' } }, topologyKey: 'kubernetes.io/hostname' },
    ],
  },
};
const searchIndex = (replicas: number) =>
  deployment('shop/search-index', {
    image: acme('search-index', '2.1.0'),
    replicas,
    health: '/healthz',
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    pod: { ...inPool('search'), affinity: APART },
  });

export const antiAffinity = defineScenario({
  id: 'pod-anti-affinity',
  cause: 'pod-anti-affinity-unsatisfied',
  title: 'search-index has more replicas than nodes that may each hold one',
  story:
    'Replicas must not share a node, and their pool has two. Somebody scaled to three: the third waits for a node that does not come.',
  seed: [
    poolNode('search-1', 'search', { index: 21 }),
    poolNode('search-2', 'search', { index: 22 }),
    namespace('shop'),
    service('shop/search-index', 80, 8080),
    searchIndex(2),
  ],
  script: [after(24 * MINUTE, 'kubectl scale --replicas=3', searchIndex(3))],
  expect: {
    namespace: 'shop',
    workload: 'search-index',
    reason: 'Unschedulable',
    sights: [unschedulable("2 node(s) didn't match pod anti-affinity rules")],
  },
});

const sessionStore = (options: Partial<DeploymentOptions>) =>
  deployment('shop/session-store', {
    image: acme('session-store', '2.0.0'),
    replicas: 3,
    health: '/healthz',
    ...options,
  });

export const topologySpread = defineScenario({
  id: 'topology-spread',
  cause: 'topology-spread-unsatisfied',
  title: 'session-store spreads over racks, and no node says which rack it is in',
  story:
    'A spread constraint over acme.example/rack was added and must be met. Nodes carry zones but no racks, so no node qualifies.',
  seed: [namespace('shop'), service('shop/session-store', 80, 8080), sessionStore({})],
  script: [
    after(
      31 * MINUTE,
      'spread session-store over racks',
      sessionStore({
        pod: {
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'acme.example/rack',
              whenUnsatisfiable: 'DoNotSchedule',
              labelSelector: { matchLabels: { app: 'session-store' } },
            },
          ],
        },
        cause: 'spread over racks',
      }),
    ),
  ],
  expect: {
    namespace: 'shop',
    workload: 'session-store',
    reason: 'Unschedulable',
    sights: [unschedulable("node(s) didn't match pod topology spread constraints (missing required label)")],
  },
});

const edgeProxy = (tag: string) =>
  deployment('platform/edge-proxy', {
    image: acme('edge-proxy', tag),
    replicas: 1,
    health: '/healthz',
    ports: [{ containerPort: 8080, hostPort: 443 }],
    pod: inPool('edge'),
    cause: `release ${tag}`,
  });

export const hostPortConflict = defineScenario({
  id: 'host-port-conflict',
  cause: 'host-port-conflict',
  title: 'edge-proxy cannot be updated: old and new pod want port 443 of the only edge node',
  story:
    'The rolling update starts the new pod before it stops the old one. Both ask for host port 443, and there is one edge node: the new pod waits for ever.',
  seed: [
    poolNode('edge-1', 'edge', { index: 23 }),
    namespace('platform'),
    service('platform/edge-proxy', 443, 8080),
    edgeProxy('1.1.0'),
  ],
  script: [later(MINUTE, after(15 * MINUTE + 40 * SECOND, 'release 1.2.0', edgeProxy('1.2.0')))],
  expect: {
    namespace: 'platform',
    workload: 'edge-proxy',
    reason: 'Unschedulable',
    sights: [unschedulable("1 node(s) didn't have free ports for the requested pod ports")],
  },
});

const trainingJob = (options: Partial<DeploymentOptions>) =>
  deployment('ml/training-job', {
    image: acme('training-job', '1.0.0'),
    replicas: 2,
    health: '/healthz',
    ...options,
  });

export const schedulingGated = defineScenario({
  id: 'scheduling-gated',
  cause: 'scheduling-gated',
  title: 'training-job waits behind a scheduling gate nobody opens',
  story:
    'The template names the gate of a queueing system that is not installed here. The scheduler does not even look at the pods.',
  seed: [namespace('ml'), trainingJob({ replicas: 1 })],
  script: [
    after(
      27 * MINUTE,
      'queue training-job',
      trainingJob({ pod: { schedulingGates: [{ name: 'kueue.x-k8s.io/admission' }] } }),
    ),
  ],
  expect: {
    namespace: 'ml',
    workload: 'training-job',
    reason: 'SchedulingGated',
    sights: [
      {
        on: 'condition',
        of: 'Pod',
        type: 'PodScheduled',
        status: 'False',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ],
  },
});

export const PLACEMENT_SCENARIOS = [
  insufficientCpu,
  untoleratedTaint,
  nodeSelectorMismatch,
  nodeAffinityMismatch,
  antiAffinity,
  topologySpread,
  hostPortConflict,
  schedulingGated,
];
