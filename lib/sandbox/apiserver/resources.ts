import type { ResourceName } from './status-error.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export type Subresource = {
  readonly name: string;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly Verb[];
};

/** One row of the API: everything that is true of a kind and not of its objects. */
export type Resource = ResourceName & {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly Verb[];
  readonly subresources: readonly Subresource[];
  /** Where the objects live; two resources may show the same objects (core and events.k8s.io Events). */
  readonly storage: string;
  /** Dotted fields a field selector may name besides metadata.name and metadata.namespace. */
  readonly selectableFields: readonly string[];
  /** Whether a change of spec increments metadata.generation. */
  readonly counted: boolean;
};

const ALL: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
const READ_WRITE: readonly Verb[] = ['get', 'patch', 'update'];

const STATUS = (kind: string): Subresource => ({ name: 'status', kind, verbs: READ_WRITE });
const SCALE: Subresource = {
  name: 'scale',
  kind: 'Scale',
  group: 'autoscaling',
  version: 'v1',
  verbs: READ_WRITE,
};

type Row = Partial<Resource> & {
  readonly kind: string;
  readonly plural: string;
  readonly short?: string;
  readonly subs?: readonly Subresource[];
};

function defineResource(group: string, version: string, row: Row): Resource {
  const { kind, plural, short, subs, ...rest } = row;
  return {
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    namespaced: true,
    shortNames: short === undefined ? [] : short.split(','),
    categories: [],
    verbs: ALL,
    subresources: subs ?? [],
    storage: group === '' ? plural : `${plural}.${group}`,
    selectableFields: [],
    counted: false,
    ...rest,
  };
}

const POD_FIELDS = [
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'spec.hostNetwork',
  'status.phase',
  'status.podIP',
  'status.nominatedNodeName',
];
const EVENT_FIELDS = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'reason',
  'reportingComponent',
  'source',
  'type',
];
const POD_SUBRESOURCES: readonly Subresource[] = [
  { name: 'attach', kind: 'PodAttachOptions', verbs: ['create', 'get'] },
  { name: 'binding', kind: 'Binding', verbs: ['create'] },
  { name: 'ephemeralcontainers', kind: 'Pod', verbs: READ_WRITE },
  { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
  { name: 'exec', kind: 'PodExecOptions', verbs: ['create', 'get'] },
  { name: 'log', kind: 'Pod', verbs: ['get'] },
  STATUS('Pod'),
];

const CORE: readonly Row[] = [
  { kind: 'ConfigMap', plural: 'configmaps', short: 'cm' },
  { kind: 'Endpoints', plural: 'endpoints', short: 'ep' },
  { kind: 'Event', plural: 'events', short: 'ev', selectableFields: EVENT_FIELDS },
  { kind: 'LimitRange', plural: 'limitranges', short: 'limits' },
  {
    kind: 'Namespace',
    plural: 'namespaces',
    short: 'ns',
    namespaced: false,
    selectableFields: ['status.phase'],
    subs: [{ name: 'finalize', kind: 'Namespace', verbs: ['update'] }, STATUS('Namespace')],
    verbs: ALL.filter((verb) => verb !== 'deletecollection'),
  },
  {
    kind: 'Node',
    plural: 'nodes',
    short: 'no',
    namespaced: false,
    selectableFields: ['spec.unschedulable'],
    subs: [STATUS('Node')],
  },
  {
    kind: 'PersistentVolumeClaim',
    plural: 'persistentvolumeclaims',
    short: 'pvc',
    subs: [STATUS('PersistentVolumeClaim')],
  },
  {
    kind: 'PersistentVolume',
    plural: 'persistentvolumes',
    short: 'pv',
    namespaced: false,
    subs: [STATUS('PersistentVolume')],
  },
  {
    kind: 'Pod',
    plural: 'pods',
    short: 'po',
    categories: ['all'],
    selectableFields: POD_FIELDS,
    subs: POD_SUBRESOURCES,
    counted: true,
  },
  { kind: 'ResourceQuota', plural: 'resourcequotas', short: 'quota', subs: [STATUS('ResourceQuota')] },
  { kind: 'Secret', plural: 'secrets', selectableFields: ['type'] },
  { kind: 'Service', plural: 'services', short: 'svc', categories: ['all'], subs: [STATUS('Service')] },
  { kind: 'ServiceAccount', plural: 'serviceaccounts', short: 'sa' },
];

const workload = (kind: string, plural: string, more: Partial<Row> = {}): Row => ({
  kind,
  plural,
  categories: ['all'],
  counted: true,
  subs: [STATUS(kind)],
  ...more,
});

const APPS: readonly Row[] = [
  { kind: 'ControllerRevision', plural: 'controllerrevisions' },
  workload('DaemonSet', 'daemonsets', { short: 'ds' }),
  workload('Deployment', 'deployments', { short: 'deploy', subs: [SCALE, STATUS('Deployment')] }),
  workload('ReplicaSet', 'replicasets', {
    short: 'rs',
    subs: [SCALE, STATUS('ReplicaSet')],
    selectableFields: ['status.replicas'],
  }),
  workload('StatefulSet', 'statefulsets', { short: 'sts', subs: [SCALE, STATUS('StatefulSet')] }),
];

const BATCH: readonly Row[] = [
  workload('CronJob', 'cronjobs', { short: 'cj' }),
  workload('Job', 'jobs', { selectableFields: ['status.successful'] }),
];

const AUTOSCALING: readonly Row[] = [
  {
    kind: 'HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
    short: 'hpa',
    categories: ['all'],
    subs: [STATUS('HorizontalPodAutoscaler')],
  },
];

const POLICY: readonly Row[] = [
  {
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    short: 'pdb',
    counted: true,
    subs: [STATUS('PodDisruptionBudget')],
  },
];

const STORAGE: readonly Row[] = [
  { kind: 'StorageClass', plural: 'storageclasses', short: 'sc', namespaced: false },
  {
    kind: 'VolumeAttachment',
    plural: 'volumeattachments',
    namespaced: false,
    subs: [STATUS('VolumeAttachment')],
  },
];

const SCHEDULING: readonly Row[] = [
  { kind: 'PriorityClass', plural: 'priorityclasses', short: 'pc', namespaced: false, counted: true },
];

const RBAC: readonly Row[] = [
  { kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', namespaced: false },
  { kind: 'ClusterRole', plural: 'clusterroles', namespaced: false },
  { kind: 'RoleBinding', plural: 'rolebindings' },
  { kind: 'Role', plural: 'roles' },
];

const review = (kind: string, plural: string): Row => ({
  kind,
  plural,
  namespaced: false,
  verbs: ['create'],
});

/** Groups in the order of discovery, each with its one served version. */
const GROUPS: readonly { readonly group: string; readonly version: string; readonly rows: readonly Row[] }[] =
  [
    { group: '', version: 'v1', rows: CORE },
    { group: 'apps', version: 'v1', rows: APPS },
    {
      group: 'events.k8s.io',
      version: 'v1',
      rows: [
        {
          kind: 'Event',
          plural: 'events',
          short: 'ev',
          storage: 'events',
          selectableFields: EVENT_FIELDS.map((field) => field.replace('involvedObject', 'regarding')),
        },
      ],
    },
    {
      group: 'authentication.k8s.io',
      version: 'v1',
      rows: [review('SelfSubjectReview', 'selfsubjectreviews')],
    },
    {
      group: 'authorization.k8s.io',
      version: 'v1',
      rows: [
        review('SelfSubjectAccessReview', 'selfsubjectaccessreviews'),
        review('SelfSubjectRulesReview', 'selfsubjectrulesreviews'),
      ],
    },
    { group: 'autoscaling', version: 'v2', rows: AUTOSCALING },
    { group: 'batch', version: 'v1', rows: BATCH },
    { group: 'policy', version: 'v1', rows: POLICY },
    { group: 'rbac.authorization.k8s.io', version: 'v1', rows: RBAC },
    {
      group: 'admissionregistration.k8s.io',
      version: 'v1',
      rows: [
        {
          kind: 'ValidatingWebhookConfiguration',
          plural: 'validatingwebhookconfigurations',
          namespaced: false,
          categories: ['api-extensions'],
          counted: true,
        },
      ],
    },
    {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      rows: [
        { kind: 'NodeMetrics', plural: 'nodes', singular: '', namespaced: false, verbs: ['get', 'list'] },
        { kind: 'PodMetrics', plural: 'pods', singular: '', verbs: ['get', 'list'] },
      ],
    },
    { group: 'storage.k8s.io', version: 'v1', rows: STORAGE },
    { group: 'scheduling.k8s.io', version: 'v1', rows: SCHEDULING },
    { group: 'coordination.k8s.io', version: 'v1', rows: [{ kind: 'Lease', plural: 'leases' }] },
    {
      group: 'discovery.k8s.io',
      version: 'v1',
      rows: [{ kind: 'EndpointSlice', plural: 'endpointslices', counted: true }],
    },
  ];

export const RESOURCES: readonly Resource[] = GROUPS.flatMap(({ group, version, rows }) =>
  rows.map((row) => defineResource(group, version, row)),
);

const BY_PATH = new Map(
  RESOURCES.map((resource) => [`${resource.group}/${resource.version}/${resource.plural}`, resource]),
);

export function findResource(group: string, version: string, plural: string): Resource | undefined {
  return BY_PATH.get(`${group}/${version}/${plural}`);
}

/** The resource that owns a storage key, i.e. the view in which its objects are stored. */
export function storedResource(storage: string): Resource | undefined {
  return RESOURCES.find((resource) => resource.storage === storage);
}

/** `v1`, `apps/v1`. */
export function groupVersion({
  group,
  version,
}: {
  readonly group: string;
  readonly version: string;
}): string {
  return group === '' ? version : `${group}/${version}`;
}

export function hasSubresource(resource: Resource, name: string): boolean {
  return resource.subresources.some((subresource) => subresource.name === name);
}
