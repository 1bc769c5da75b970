import {
  isObject,
  numberAt,
  objectAt,
  objectsAt,
  stringAt,
  stringMapAt,
  valueAt,
} from '#lib/sandbox/apiserver/objects/json.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Column } from './column.ts';
import { EVENT_COLUMNS } from './event-columns.ts';
import { POD_COLUMNS, orNone } from './pod-columns.ts';
import {
  AUTOSCALER_COLUMNS,
  METRICS_COLUMNS,
  PRIORITY_CLASS_COLUMNS,
  RESOURCE_QUOTA_COLUMNS,
  WEBHOOK_COLUMNS,
} from './limit-columns.ts';
import { BUDGET_COLUMNS, ENDPOINTS_COLUMNS } from './policy-columns.ts';
import {
  ATTACHMENT_COLUMNS,
  CLAIM_COLUMNS,
  STORAGE_CLASS_COLUMNS,
  VOLUME_COLUMNS,
} from './storage-columns.ts';
import {
  AGE,
  CRON_JOB_COLUMNS,
  DAEMON_SET_COLUMNS,
  DEPLOYMENT_COLUMNS,
  JOB_COLUMNS,
  NAME,
  REPLICA_SET_COLUMNS,
  SCALE_COLUMNS,
  STATEFUL_SET_COLUMNS,
  labelsText,
} from './workload-columns.ts';

const size =
  (field: string) =>
  (object: KubeObject): number =>
    Object.keys(objectAt(object, field)).length;
const nodeInfo =
  (field: string) =>
  (node: KubeObject): string =>
    stringAt(node, 'status', 'nodeInfo', field) ?? '<unknown>';

const SERVICE_COLUMNS: readonly Column[] = [
  NAME,
  { name: 'Type', cell: (service) => stringAt(service, 'spec', 'type') ?? '' },
  { name: 'Cluster-IP', cell: (service) => orNone(stringAt(service, 'spec', 'clusterIP')) },
  { name: 'External-IP', cell: externalAddress },
  { name: 'Port(s)', cell: servicePorts },
  AGE,
  { name: 'Selector', priority: 1, cell: (service) => labelsText(stringMapAt(service, 'spec', 'selector')) },
];

function externalAddress(service: KubeObject): string {
  const type = stringAt(service, 'spec', 'type');
  if (type === 'ExternalName') return orNone(stringAt(service, 'spec', 'externalName'));
  if (type !== 'LoadBalancer') return '<none>';
  const ingress = objectsAt(service, 'status', 'loadBalancer', 'ingress');
  const addresses = ingress.map((point) => stringAt(point, 'ip') ?? stringAt(point, 'hostname') ?? '');
  return addresses.length === 0 ? '<pending>' : addresses.join(',');
}

function servicePorts(service: KubeObject): string {
  const ports = objectsAt(service, 'spec', 'ports').map((entry) => {
    const { port, nodePort, protocol } = entry as { port?: number; nodePort?: number; protocol?: string };
    return nodePort === undefined ? `${port}/${protocol}` : `${port}:${nodePort}/${protocol}`;
  });
  return ports.length === 0 ? '<none>' : ports.join(',');
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';

const NODE_COLUMNS: readonly Column[] = [
  NAME,
  { name: 'Status', cell: nodeStatus },
  { name: 'Roles', cell: nodeRoles },
  AGE,
  { name: 'Version', cell: nodeInfo('kubeletVersion') },
  { name: 'Internal-IP', priority: 1, cell: nodeAddress('InternalIP') },
  { name: 'External-IP', priority: 1, cell: nodeAddress('ExternalIP') },
  { name: 'OS-Image', priority: 1, cell: nodeInfo('osImage') },
  { name: 'Kernel-Version', priority: 1, cell: nodeInfo('kernelVersion') },
  { name: 'Container-Runtime', priority: 1, cell: nodeInfo('containerRuntimeVersion') },
];

function nodeStatus(node: KubeObject): string {
  const ready = objectsAt(node, 'status', 'conditions').find(({ type }) => type === 'Ready');
  const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return valueAt(node, 'spec', 'unschedulable') === true ? `${state},SchedulingDisabled` : state;
}

function nodeRoles({ metadata }: KubeObject): string {
  const roles = Object.keys(metadata.labels ?? {}).filter((key) => key.startsWith(ROLE_PREFIX));
  return orNone(
    roles
      .map((key) => key.slice(ROLE_PREFIX.length))
      .toSorted()
      .join(','),
  );
}

function nodeAddress(wanted: string) {
  return (node: KubeObject): string => {
    const address = objectsAt(node, 'status', 'addresses').find(({ type }) => type === wanted);
    return orNone(stringAt(address, 'address'));
  };
}

const ENDPOINT_SLICE_COLUMNS: readonly Column[] = [
  NAME,
  { name: 'AddressType', cell: (slice) => stringAt(slice, 'addressType') ?? '' },
  {
    name: 'Ports',
    cell: (slice) => listText(objectsAt(slice, 'ports').map((port) => String(numberAt(port, 'port') ?? '*'))),
  },
  { name: 'Endpoints', cell: (slice) => listText(objectsAt(slice, 'endpoints').flatMap(addressesOf)) },
  AGE,
];

function addressesOf(endpoint: JsonObject): readonly string[] {
  const { addresses } = endpoint;
  return Array.isArray(addresses) ? (addresses as readonly unknown[]).map(String) : [];
}

/** At most three, then how many more. */
function listText(items: readonly string[]): string {
  if (items.length === 0) return '<unset>';
  const more = items.length > 3 ? ` + ${items.length - 3} more...` : '';
  return items.slice(0, 3).join(',') + more;
}

const ROLE: Column = {
  name: 'Role',
  cell: (binding) => {
    const { kind, name } = objectAt(binding, 'roleRef');
    return `${typeof kind === 'string' ? kind : ''}/${typeof name === 'string' ? name : ''}`;
  },
};

const subjects =
  (kind: string) =>
  (binding: KubeObject): string =>
    objectsAt(binding, 'subjects')
      .filter((subject) => subject.kind === kind)
      .map((subject) => [stringAt(subject, 'namespace'), stringAt(subject, 'name')].filter(Boolean).join('/'))
      .join(', ');

const BINDING_COLUMNS: readonly Column[] = [
  NAME,
  ROLE,
  AGE,
  { name: 'Users', priority: 1, cell: subjects('User') },
  { name: 'Groups', priority: 1, cell: subjects('Group') },
  { name: 'ServiceAccounts', priority: 1, cell: subjects('ServiceAccount') },
];

const CREATED_AT: Column = { name: 'Created At', cell: ({ metadata }) => metadata.creationTimestamp };

/** Columns by kind; kinds that are not here show name and age. */
export const TABLE_COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  ClusterRole: [NAME, CREATED_AT],
  ClusterRoleBinding: BINDING_COLUMNS,
  ConfigMap: [
    NAME,
    { name: 'Data', type: 'integer', cell: (map) => size('data')(map) + size('binaryData')(map) },
    AGE,
  ],
  ControllerRevision: [
    NAME,
    { name: 'Controller', cell: controller },
    { name: 'Revision', type: 'integer', cell: (revision) => numberAt(revision, 'revision') ?? 0 },
    AGE,
  ],
  CronJob: CRON_JOB_COLUMNS,
  DaemonSet: DAEMON_SET_COLUMNS,
  Deployment: DEPLOYMENT_COLUMNS,
  Endpoints: ENDPOINTS_COLUMNS,
  EndpointSlice: ENDPOINT_SLICE_COLUMNS,
  Event: EVENT_COLUMNS,
  Job: JOB_COLUMNS,
  HorizontalPodAutoscaler: AUTOSCALER_COLUMNS,
  LimitRange: [NAME, CREATED_AT],
  ResourceQuota: RESOURCE_QUOTA_COLUMNS,
  ValidatingWebhookConfiguration: WEBHOOK_COLUMNS,
  NodeMetrics: METRICS_COLUMNS,
  PodMetrics: METRICS_COLUMNS,
  Lease: [NAME, { name: 'Holder', cell: (lease) => stringAt(lease, 'spec', 'holderIdentity') ?? '' }, AGE],
  Namespace: [
    NAME,
    { name: 'Status', cell: (namespace) => stringAt(namespace, 'status', 'phase') ?? '' },
    AGE,
  ],
  Node: NODE_COLUMNS,
  PersistentVolume: VOLUME_COLUMNS,
  PersistentVolumeClaim: CLAIM_COLUMNS,
  Pod: POD_COLUMNS,
  PodDisruptionBudget: BUDGET_COLUMNS,
  PriorityClass: PRIORITY_CLASS_COLUMNS,
  ReplicaSet: REPLICA_SET_COLUMNS,
  Role: [NAME, CREATED_AT],
  RoleBinding: BINDING_COLUMNS,
  Scale: SCALE_COLUMNS,
  Secret: [
    NAME,
    { name: 'Type', cell: (secret) => stringAt(secret, 'type') ?? '' },
    { name: 'Data', type: 'integer', cell: size('data') },
    AGE,
  ],
  Service: SERVICE_COLUMNS,
  ServiceAccount: [NAME, AGE],
  StatefulSet: STATEFUL_SET_COLUMNS,
  StorageClass: STORAGE_CLASS_COLUMNS,
  VolumeAttachment: ATTACHMENT_COLUMNS,
};

function controller({ metadata }: KubeObject): string {
  const owner = (metadata.ownerReferences ?? []).find((reference) => reference.controller === true);
  return isObject(owner) ? `${owner.kind.toLowerCase()}.apps/${owner.name}` : '<none>';
}
