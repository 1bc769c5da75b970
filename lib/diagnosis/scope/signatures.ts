import type { FactorKind } from '#lib/model/shared-cause.ts';

/**
 * One way in which incidents can belong together. Incidents fall into one bucket when they agree in everything that is
 * listed in `by`; the first of it names the cause, a `node` or `namespace` behind it limits it.
 */
export type Level = {
  readonly by: readonly [FactorKind, ...FactorKind[]];
  /** An object or the API server names the factor itself: nobody's example can contradict it. */
  readonly stated?: true;
  /** Distinct workloads from which on it is called shared. */
  readonly min: number;
  /** Distinct nodes and namespaces that must be hit: less would be explained by something narrower. */
  readonly nodes?: number;
  readonly namespaces?: number;
  /** So many workloads must be fine outside of the factor, else nothing shows that it is the factor. */
  readonly contrast?: number;
  /** What a healthy pod inside the factor must have done since to speak against it. */
  readonly witness?: 'pulled' | 'started';
};

/** What makes incidents look alike, and its levels from wide to narrow. */
export type Signature = { readonly id: string; readonly levels: readonly [Level, ...Level[]] };

/**
 * Named by an object or by the API server itself (the missing Secret, the absent tag, the dead node): that two workloads
 * need it is a fact and no guess, so two are enough.
 */
const STATED = 2;
/**
 * Inferred from what failures have in common. Two that look alike are a coincidence often enough (one team released two
 * things); three workloads are not, when nobody else is seen to be fine.
 */
const INFERRED = 3;
/** "The whole cluster" is the strongest claim: five workloads, in more than one namespace and on more than one node. */
const CLUSTER_WIDE = 5;

const stated = (...by: Level['by']): readonly [Level] => [{ by, min: STATED, stated: true }];

/** First the registry as such; when it serves others, perhaps it fails on one node or for one namespace only. */
const REGISTRY_FROM_NODES: Signature['levels'] = [
  { by: ['registry'], min: INFERRED, witness: 'pulled' },
  { by: ['registry', 'node'], min: INFERRED, witness: 'pulled', contrast: INFERRED },
];
const REGISTRY_FOR_NAMESPACES: Signature['levels'] = [
  { by: ['registry'], min: INFERRED, namespaces: 2, witness: 'pulled' },
  { by: ['registry', 'namespace'], min: INFERRED, witness: 'pulled' },
];
const CLUSTER_OR_NODE: Signature['levels'] = [
  { by: ['cluster'], min: CLUSTER_WIDE, namespaces: 2, nodes: 2, witness: 'started' },
  { by: ['node'], min: INFERRED, witness: 'started', contrast: INFERRED },
];

/**
 * Signature id -> causes that are the same seen from different workloads, and the levels. A cause that is not listed is
 * never shared: its own workload decides it (limits, probes, arguments, policies, requests no node can hold), however
 * many fail of it at once.
 */
const TABLE: Readonly<Record<string, readonly [readonly string[], Signature['levels']]>> = {
  'registry-fails': [
    [
      'registry-server-error',
      'registry-unreachable',
      'registry-connection-refused',
      'image-pull-timeout',
      'image-pull-no-progress-timeout',
    ],
    REGISTRY_FROM_NODES,
  ],
  'registry-dns-failure': [['registry-dns-failure'], REGISTRY_FROM_NODES],
  'registry-tls-untrusted': [['registry-tls-untrusted'], REGISTRY_FROM_NODES],
  'registry-plain-http': [['registry-plain-http'], REGISTRY_FROM_NODES],
  'registry-proxy-misconfigured': [['registry-proxy-misconfigured'], REGISTRY_FROM_NODES],
  'registry-mirror-broken': [['registry-mirror-broken'], REGISTRY_FROM_NODES],
  'registry-credentials-of-nodes': [
    ['node-credential-provider-broken', 'node-registry-credentials-stale'],
    REGISTRY_FROM_NODES,
  ],
  'registry-rate-limited': [['registry-rate-limited'], REGISTRY_FROM_NODES],
  'registry-token-expired': [['registry-token-expired'], REGISTRY_FOR_NAMESPACES],
  'registry-refuses': [
    ['registry-access-denied', 'registry-iam-permission-denied', 'pull-secret-absent'],
    REGISTRY_FOR_NAMESPACES,
  ],

  'image-tag-not-found': [['image-tag-not-found'], stated('image')],
  'image-repository-not-found': [['image-repository-not-found'], stated('image')],
  'image-platform-mismatch': [['image-platform-mismatch', 'exec-format-error'], stated('image')],
  'image-manifest-unsupported': [['image-manifest-unsupported'], stated('image')],
  'image-layer-corrupt': [['image-layer-corrupt'], stated('image')],

  'pull-secret-not-found': [['pull-secret-not-found'], stated('secret')],
  'pull-secret-wrong-namespace': [['pull-secret-wrong-namespace'], stated('secret')],
  'pull-secret-wrong-type': [['pull-secret-wrong-type'], stated('secret')],
  'pull-secret-malformed': [['pull-secret-malformed'], stated('secret')],
  'pull-secret-invalid-credentials': [['pull-secret-invalid-credentials'], stated('secret', 'registry')],
  'pull-secret-not-matching-registry': [['pull-secret-not-matching-registry'], stated('secret', 'registry')],
  'secret-not-found': [['secret-not-found'], stated('secret')],
  'secret-key-not-found': [['secret-key-not-found'], stated('secret')],
  'configmap-not-found': [['configmap-not-found'], stated('config-map')],
  'configmap-key-not-found': [['configmap-key-not-found'], stated('config-map')],
  'service-account-not-found': [['service-account-not-found'], stated('service-account')],
  'quota-exceeded': [['quota-exceeded'], stated('quota')],
  'webhook-unavailable': [['admission-webhook-unavailable'], stated('webhook')],

  'node-lost': [['node-kubelet-stopped', 'node-unreachable'], stated('node')],
  'node-pressure': [
    [
      'node-disk-pressure',
      'node-memory-pressure',
      'evicted-node-pressure',
      'node-disk-full-on-pull',
      'oom-node',
    ],
    stated('node'),
  ],
  'node-shutdown': [['node-shutdown'], stated('node')],
  'node-runtime': [['node-runtime-unhealthy', 'sandbox-image-unavailable', 'cgroup-error'], stated('node')],
  'pod-network': [
    [
      'cni-plugin-failed',
      'cni-plugin-not-running',
      'cni-ip-exhausted',
      'node-network-not-ready',
      'pod-network-broken',
    ],
    CLUSTER_OR_NODE,
  ],
  'cluster-dns': [['cluster-dns-down', 'cluster-dns-upstream-unreachable'], CLUSTER_OR_NODE],

  dependency: [['dependency-unavailable'], [{ by: ['dependency'], min: INFERRED }]],
  // Last: what a program says of itself. Only ends the program decides; who was killed has no words of its own.
  'same-error': [
    [
      'app-bug-exception',
      'app-error-exit',
      'missing-env-var',
      'config-invalid',
      'missing-config-file',
      'permission-denied',
      'rbac-forbidden',
      'read-only-filesystem',
      'init-container-failing',
      'sidecar-crashing',
    ],
    [{ by: ['error'], min: INFERRED }],
  ],
};

const BY_CAUSE: ReadonlyMap<string, Signature> = new Map(
  Object.entries(TABLE).flatMap(([id, [causes, levels]]) =>
    causes.map((cause) => [cause, { id, levels }] as const),
  ),
);

/** How incidents of this cause can belong together; `undefined` when they never do. */
export const signatureOf = (causeId: string): Signature | undefined => BY_CAUSE.get(causeId);

/** Every signature, for those who have to say something of each. */
export const SIGNATURES: readonly Signature[] = Object.entries(TABLE).map(([id, [, levels]]) => ({
  id,
  levels,
}));
