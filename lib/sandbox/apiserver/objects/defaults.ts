import type { Json, JsonObject } from './json.ts';
import { isObject, mapField, mapObjects, objectAt, stringAt, stringMapAt, withDefaults } from './json.ts';
import {
  autoscalerDefaults,
  canonicalAmounts,
  limitRangeDefaults,
  webhookDefaults,
} from './policy-defaults.ts';
import { withPodSpecDefaults, withTemplateDefaults, withVolumeDefaults } from './pod-defaults.ts';

type Defaulter = (object: JsonObject) => JsonObject;

const ONE_ENTRY = { maxUnavailable: '25%', maxSurge: '25%' };

const spec =
  (change: (spec: JsonObject, object: JsonObject) => JsonObject): Defaulter =>
  (object) =>
    mapField(object, 'spec', (value) => (isObject(value) ? change(value, object) : value));

const template = (workload: JsonObject): JsonObject =>
  mapField(workload, 'template', (value) => (isObject(value) ? withTemplateDefaults(value) : value));

/** The defaults of k8s.io/kubernetes/pkg/apis/<group>/v1/defaults.go, for the kinds that have any. */
const DEFAULTERS: Readonly<Record<string, Defaulter>> = {
  Pod: spec((pod) => withPodSpecDefaults(pod)),
  Deployment: spec((deployment) =>
    template(
      withStrategy(
        withDefaults(deployment, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }),
        'strategy',
        ONE_ENTRY,
      ),
    ),
  ),
  ReplicaSet: spec((set) => template(withDefaults(set, { replicas: 1 }))),
  StatefulSet: spec((set) =>
    template(
      withStrategy(
        withDefaults(
          mapField(set, 'volumeClaimTemplates', (list) => mapObjects(list, claimTemplate)),
          {
            replicas: 1,
            podManagementPolicy: 'OrderedReady',
            revisionHistoryLimit: 10,
            persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
          },
        ),
        'updateStrategy',
        { partition: 0 },
      ),
    ),
  ),
  DaemonSet: spec((set) =>
    template(
      withStrategy(withDefaults(set, { revisionHistoryLimit: 10 }), 'updateStrategy', {
        maxUnavailable: 1,
        maxSurge: 0,
      }),
    ),
  ),
  Job: spec((job) => template(jobDefaults(job))),
  // The Job's own defaults wait until there is a Job.
  CronJob: spec((cron) =>
    mapField(
      withDefaults(cron, {
        concurrencyPolicy: 'Allow',
        suspend: false,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
      }),
      'jobTemplate',
      (job) => (isObject(job) ? jobTemplateDefaults(job) : job),
    ),
  ),
  HorizontalPodAutoscaler: spec(autoscalerDefaults),
  LimitRange: spec(limitRangeDefaults),
  PriorityClass: (priority) => withDefaults(priority, { preemptionPolicy: 'PreemptLowerPriority' }),
  ResourceQuota: spec((quota) => mapField(quota, 'hard', canonicalAmounts)),
  ValidatingWebhookConfiguration: webhookDefaults,
  PersistentVolume: spec((volume) =>
    withVolumeDefaults(
      withDefaults(volume, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }),
    ),
  ),
  PersistentVolumeClaim: spec((claim) => withDefaults(claim, { volumeMode: 'Filesystem' })),
  Service: spec(serviceDefaults),
  StorageClass: (storageClass) =>
    withDefaults(storageClass, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  Secret: (secret) => withoutStringData(withDefaults(secret, { type: 'Opaque' })),
  Namespace: (namespace) => namespaceDefaults(namespace),
  ClusterRoleBinding: (binding) => withRoleGroup(binding),
  RoleBinding: (binding) => withRoleGroup(binding),
};

/** Fills what the client left out, so that an unchanged manifest stays unchanged. */
export function withObjectDefaults(kind: string, object: JsonObject): JsonObject {
  return DEFAULTERS[kind]?.(object) ?? object;
}

function withStrategy(workload: JsonObject, field: string, rolling: JsonObject): JsonObject {
  const strategy = withDefaults(objectAt(workload, field), { type: 'RollingUpdate' });
  const complete =
    strategy.type === 'RollingUpdate'
      ? { ...strategy, rollingUpdate: withDefaults(objectAt(strategy, 'rollingUpdate'), rolling) }
      : strategy;
  return { ...workload, [field]: complete };
}

/** Embedded metadata is written out even when it is empty. */
function jobTemplateDefaults(job: JsonObject): JsonObject {
  return mapField(withDefaults(job, { metadata: {} }), 'spec', (value) =>
    isObject(value)
      ? mapField(template(value), 'template', (pod) =>
          isObject(pod) ? withDefaults(pod, { metadata: {} }) : pod,
        )
      : value,
  );
}

function claimTemplate(claim: JsonObject): JsonObject {
  return withDefaults(
    mapField(claim, 'spec', (value) =>
      isObject(value) ? withDefaults(value, { volumeMode: 'Filesystem' }) : value,
    ),
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } },
  );
}

function jobDefaults(job: JsonObject): JsonObject {
  return withDefaults(job, {
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    completions: job.parallelism === undefined ? 1 : undefined,
    parallelism: 1,
    podReplacementPolicy: job.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
    suspend: false,
    manualSelector: false,
  });
}

function serviceDefaults(service: JsonObject): JsonObject {
  const type = stringAt(service, 'type') ?? 'ClusterIP';
  const filled = withDefaults(service, { type, sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' });
  if (type === 'ExternalName') return mapField(filled, 'ports', withPortDefaults);
  const { clusterIP } = filled;
  return mapField(
    withDefaults(filled, {
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      clusterIPs: typeof clusterIP === 'string' ? [clusterIP] : undefined,
    }),
    'ports',
    withPortDefaults,
  );
}

function withPortDefaults(ports: Json): Json {
  return mapObjects(ports, (port) => withDefaults(port, { protocol: 'TCP', targetPort: port.port }));
}

function withoutStringData(secret: JsonObject): JsonObject {
  const { stringData, ...rest } = secret;
  if (stringData === undefined) return secret;
  const encoded = Object.entries(stringMapAt(secret, 'stringData')).map(([key, text]): [string, string] => [
    key,
    Buffer.from(text).toString('base64'),
  ]);
  return { ...rest, data: { ...objectAt(secret, 'data'), ...Object.fromEntries(encoded) } };
}

function namespaceDefaults(namespace: JsonObject): JsonObject {
  const metadata = objectAt(namespace, 'metadata');
  const name = stringAt(metadata, 'name');
  const spec = withDefaults(objectAt(namespace, 'spec'), { finalizers: ['kubernetes'] });
  if (name === undefined) return { ...namespace, spec };
  const labels = { ...objectAt(metadata, 'labels'), 'kubernetes.io/metadata.name': name };
  return { ...namespace, spec, metadata: { ...metadata, labels } };
}

function withRoleGroup(binding: JsonObject): JsonObject {
  const group = 'rbac.authorization.k8s.io';
  const subjects = mapField(binding, 'subjects', (list) =>
    mapObjects(list, (subject) =>
      subject.kind === 'ServiceAccount' ? subject : withDefaults(subject, { apiGroup: group }),
    ),
  );
  return mapField(subjects, 'roleRef', (role) =>
    isObject(role) ? withDefaults(role, { apiGroup: group }) : role,
  );
}
