import type { Kind } from './objects.ts';

type Resource = {
  readonly apiVersion: string;
  readonly base: string;
  readonly plural: string;
  readonly namespaced: boolean;
};

const core = (plural: string, namespaced = true): Resource => ({
  apiVersion: 'v1',
  base: '/api/v1',
  plural,
  namespaced,
});
const group = (apiVersion: string, plural: string, namespaced = true): Resource => ({
  apiVersion,
  base: `/apis/${apiVersion}`,
  plural,
  namespaced,
});

/** Where each kind lives in the API. */
export const RESOURCES: Readonly<Record<Kind, Resource>> = {
  Namespace: core('namespaces', false),
  Node: core('nodes', false),
  Pod: core('pods'),
  Event: core('events'),
  Service: core('services'),
  Secret: core('secrets'),
  ConfigMap: core('configmaps'),
  ServiceAccount: core('serviceaccounts'),
  Deployment: group('apps/v1', 'deployments'),
  ReplicaSet: group('apps/v1', 'replicasets'),
  EndpointSlice: group('discovery.k8s.io/v1', 'endpointslices'),
  Lease: group('coordination.k8s.io/v1', 'leases'),
  PersistentVolumeClaim: core('persistentvolumeclaims'),
  PersistentVolume: core('persistentvolumes', false),
  StorageClass: group('storage.k8s.io/v1', 'storageclasses', false),
  VolumeAttachment: group('storage.k8s.io/v1', 'volumeattachments', false),
  PriorityClass: group('scheduling.k8s.io/v1', 'priorityclasses', false),
  ResourceQuota: core('resourcequotas'),
  LimitRange: core('limitranges'),
  ValidatingWebhookConfiguration: group(
    'admissionregistration.k8s.io/v1',
    'validatingwebhookconfigurations',
    false,
  ),
  PodDisruptionBudget: group('policy/v1', 'poddisruptionbudgets'),
  HorizontalPodAutoscaler: group('autoscaling/v2', 'horizontalpodautoscalers'),
  Endpoints: core('endpoints'),
  ControllerRevision: group('apps/v1', 'controllerrevisions'),
  CronJob: group('batch/v1', 'cronjobs'),
  DaemonSet: group('apps/v1', 'daemonsets'),
  Job: group('batch/v1', 'jobs'),
  StatefulSet: group('apps/v1', 'statefulsets'),
};

export type ObjectKey = { readonly kind: Kind; readonly namespace?: string; readonly name: string };

/** `/apis/apps/v1/namespaces/shop/deployments`, or the cluster-wide path without a namespace. */
export function collectionPath(kind: Kind, namespace?: string): string {
  const { base, plural, namespaced } = RESOURCES[kind];
  return namespaced && namespace ? `${base}/namespaces/${namespace}/${plural}` : `${base}/${plural}`;
}

export function objectPath({ kind, namespace, name }: ObjectKey): string {
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
}
