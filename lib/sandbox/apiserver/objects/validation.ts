import { isTimeZone, parseCron } from '#lib/sandbox/cron-schedule.ts';
import type { Resource } from '#lib/sandbox/apiserver/resources.ts';
import type { Cause } from '#lib/sandbox/apiserver/status-error.ts';
import type { Json, JsonObject } from './json.ts';
import {
  isEqual,
  isObject,
  numberAt,
  objectAt,
  objectsAt,
  stringAt,
  stringMapAt,
  valueAt,
  without,
} from './json.ts';
import type { KubeObject } from './kube-object.ts';
import { invalidValue, prohibited, required, unsupported } from './causes.ts';
import { labelCauses } from './label-rules.ts';
import { nameCauses } from './name-rules.ts';
import { POLICY_CHECKS, priorityUpdateCauses } from './policy-validation.ts';
import { ephemeralCauses, isPort, podSpecCauses, PORT_RULE } from './pod-validation.ts';

type Check = (object: JsonObject) => readonly Cause[];

function replicaCauses(object: JsonObject): readonly Cause[] {
  const replicas = numberAt(object, 'spec', 'replicas') ?? 0;
  return replicas < 0 ? [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')] : [];
}

/** A workload must select the Pods it makes. */
function selectorCauses(object: JsonObject): readonly Cause[] {
  const selector = objectAt(object, 'spec', 'selector');
  const labels = stringMapAt(object, 'spec', 'template', 'metadata', 'labels');
  const wanted = Object.entries(stringMapAt(selector, 'matchLabels'));
  const field = 'spec.template.metadata.labels';
  const mismatch = (shown: Json): Cause =>
    invalidValue(field, shown, '`selector` does not match template `labels`');
  // No selector matches nothing, not even a template without labels.
  if (Object.keys(selector).length === 0) {
    return [required('spec.selector'), mismatch(Object.keys(labels).length > 0 ? labels : null)];
  }
  return wanted.every(([key, value]) => labels[key] === value) ? [] : [mismatch(labels)];
}

const template: Check = (object) => podSpecCauses(withClaimVolumes(object), 'spec.template.spec');

/** The Pods of a StatefulSet get a volume for each of its claim templates. */
function withClaimVolumes(object: JsonObject): JsonObject {
  const spec = objectAt(object, 'spec', 'template', 'spec');
  const claims = objectsAt(object, 'spec', 'volumeClaimTemplates');
  if (claims.length === 0) return spec;
  const named = claims.map((claim) => ({ name: stringAt(claim, 'metadata', 'name') ?? '' }));
  return { ...spec, volumes: [...objectsAt(spec, 'volumes'), ...named] };
}

/** Long-running workloads cannot have Pods that end. */
const alwaysRestarts: Check = (object) => {
  const policy = stringAt(object, 'spec', 'template', 'spec', 'restartPolicy') ?? 'Always';
  return policy === 'Always' ? [] : [unsupported('spec.template.spec.restartPolicy', policy, ['Always'])];
};

/** Jobs cannot have Pods that never end. */
const mayEnd =
  (...path: readonly string[]): Check =>
  (object) => {
    const policy = stringAt(object, ...path, 'spec', 'restartPolicy') ?? 'Always';
    return policy === 'Always'
      ? [unsupported(`${path.join('.')}.spec.restartPolicy`, policy, ['OnFailure', 'Never'])]
      : [];
  };

const schedule: Check = (cron) => {
  const text = stringAt(cron, 'spec', 'schedule') ?? '';
  if (text === '') return [required('spec.schedule')];
  const timeZone = stringAt(cron, 'spec', 'timeZone');
  const zone =
    timeZone === undefined || isTimeZone(timeZone)
      ? []
      : [invalidValue('spec.timeZone', timeZone, `unknown time zone ${timeZone}`)];
  try {
    parseCron(text);
    return zone;
  } catch (error) {
    return [invalidValue('spec.schedule', text, error instanceof Error ? error.message : ''), ...zone];
  }
};

const jobTemplate: Check = (cron) =>
  podSpecCauses(
    objectAt(cron, 'spec', 'jobTemplate', 'spec', 'template', 'spec'),
    'spec.jobTemplate.spec.template.spec',
  );

const KEY = /^[-._a-zA-Z0-9]+$/;
const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

const dataKeys: Check = (object) =>
  Object.keys(objectAt(object, 'data'))
    .filter((key) => !KEY.test(key))
    .map((key) => invalidValue(`data[${key}]`, key, KEY_RULE));

const servicePorts: Check = (service) => {
  const needsNone =
    stringAt(service, 'spec', 'type') === 'ExternalName' || stringAt(service, 'spec', 'clusterIP') === 'None';
  const ports = objectsAt(service, 'spec', 'ports');
  if (ports.length === 0) return needsNone ? [] : [required('spec.ports')];
  return ports.flatMap((entry, index) =>
    ['port', 'targetPort'].flatMap((field) => {
      const port = numberAt(entry, field);
      return port === undefined || isPort(port)
        ? []
        : [invalidValue(`spec.ports[${index}].${field}`, port, PORT_RULE)];
    }),
  );
};

const roleRef: Check = (binding) =>
  stringAt(binding, 'roleRef', 'name') === undefined ? [required('roleRef.name')] : [];

/** apps/validation ValidateDeploymentStrategy; a rolling update that may neither add nor take away would never move. */
const strategy: Check = (deployment) => {
  const { type, rollingUpdate } = objectAt(deployment, 'spec', 'strategy');
  const path = 'spec.strategy.rollingUpdate';
  if (type === 'Recreate' && rollingUpdate !== undefined)
    return [prohibited(path, "may not be specified when strategy `type` is 'Recreate'")];
  const isZero = (field: string): boolean =>
    [0, '0', '0%'].some((zero) => valueAt(rollingUpdate, field) === zero);
  if (!isZero('maxSurge') || !isZero('maxUnavailable')) return [];
  const { maxUnavailable } = objectAt(rollingUpdate);
  return [invalidValue(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')];
};

const WORKLOAD: readonly Check[] = [replicaCauses, selectorCauses, template, alwaysRestarts];

const claim: Check = (object) => [
  ...(objectAt(object, 'spec').accessModes === undefined
    ? [required('spec.accessModes', 'at least 1 access mode is required')]
    : []),
  ...(stringAt(object, 'spec', 'resources', 'requests', 'storage') === undefined
    ? [required('spec.resources[storage]')]
    : []),
];

const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  ClusterRoleBinding: [roleRef],
  ConfigMap: [dataKeys],
  CronJob: [schedule, jobTemplate, mayEnd('spec', 'jobTemplate', 'spec', 'template')],
  DaemonSet: [selectorCauses, template, alwaysRestarts],
  Deployment: [...WORKLOAD, strategy],
  Job: [template, mayEnd('spec', 'template')],
  PersistentVolumeClaim: [claim],
  Pod: [(pod) => podSpecCauses(objectAt(pod, 'spec'), 'spec')],
  ReplicaSet: WORKLOAD,
  RoleBinding: [roleRef],
  Secret: [dataKeys],
  Service: [servicePorts],
  StatefulSet: WORKLOAD,
};

const checked = (kind: string, object: JsonObject): readonly Cause[] =>
  (CHECKS[kind] ?? POLICY_CHECKS[kind] ?? []).flatMap((check) => check(object));

/** Everything wrong with a new object. */
export function creationCauses(resource: Resource, object: JsonObject): readonly Cause[] {
  return [
    ...nameCauses(resource, stringAt(object, 'metadata', 'name') ?? ''),
    ...labelCauses(object),
    ...checked(resource.kind, object),
  ];
}

/** Fields that cannot change once an object exists, by kind. */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  ClusterRoleBinding: ['roleRef'],
  DaemonSet: ['spec.selector'],
  Deployment: ['spec.selector'],
  Job: ['spec.selector', 'spec.template', 'spec.completions'],
  PriorityClass: ['preemptionPolicy'],
  ReplicaSet: ['spec.selector'],
  RoleBinding: ['roleRef'],
  Secret: ['type'],
  StorageClass: ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'],
};

/** Everything wrong with a changed object. */
export function updateCauses({ kind }: Resource, current: KubeObject, next: KubeObject): readonly Cause[] {
  const labels = isEqual(current.metadata.labels, next.metadata.labels) ? [] : labelCauses(next);
  // A status is not checked, and an object that only gets a new status or labels cannot have become invalid.
  if (isEqual(without(current, 'metadata', 'status'), without(next, 'metadata', 'status'))) return labels;
  const fixed = (IMMUTABLE[kind] ?? []).filter((field) => !isEqual(at(current, field), at(next, field)));
  const immutable = fixed.map((field) => invalidValue(field, at(next, field), 'field is immutable'));
  const more = [
    ...(kind === 'Pod' ? [...podUpdateCauses(current, next), ...ephemeralCauses(current, next)] : []),
    ...(kind === 'PriorityClass' ? priorityUpdateCauses(current, next) : []),
    ...fixedSpecCauses(kind, current, next),
  ];
  // The order is each strategy's own, and people read it.
  const wrong = [checked(kind, next), immutable];
  return [...labels, ...(kind === 'DaemonSet' ? wrong.toReversed() : wrong).flat(), ...more];
}

const at = (object: KubeObject, field: string): Json | undefined => valueAt(object, ...field.split('.'));

type FixedSpec = { readonly mutable: (current: KubeObject) => readonly string[]; readonly refusal: string };

/** Kinds whose spec is fixed but for a few fields (ValidateStatefulSetUpdate, ValidatePersistentVolumeClaimUpdate). */
const FIXED_SPECS: Readonly<Record<string, FixedSpec>> = {
  PersistentVolumeClaim: {
    // The volume is entered once; a claim grows only when it has one.
    mutable: (claim) => [
      ...(stringAt(claim, 'spec', 'volumeName') === undefined ? ['volumeName'] : []),
      ...(stringAt(claim, 'status', 'phase') === 'Bound' ? ['resources'] : []),
      'volumeAttributesClassName',
    ],
    refusal:
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
  },
  StatefulSet: {
    mutable: () => [
      'replicas',
      'ordinals',
      'template',
      'updateStrategy',
      'revisionHistoryLimit',
      'persistentVolumeClaimRetentionPolicy',
      'minReadySeconds',
    ],
    refusal:
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  },
};

function fixedSpecCauses(kind: string, current: KubeObject, next: KubeObject): readonly Cause[] {
  const rule = FIXED_SPECS[kind];
  if (!rule) return [];
  const fixed = (object: KubeObject) => without(objectAt(object, 'spec'), ...rule.mutable(current));
  return isEqual(fixed(current), fixed(next)) ? [] : [prohibited('spec', rule.refusal)];
}

/** What of a Pod's spec may change; binding sets nodeName through its own subresource. */
const MUTABLE_POD_FIELDS = [
  'activeDeadlineSeconds',
  'ephemeralContainers',
  'schedulingGates',
  'terminationGracePeriodSeconds',
  'tolerations',
];

function podUpdateCauses(current: KubeObject, next: KubeObject): readonly Cause[] {
  const fixed = (pod: KubeObject): JsonObject => {
    const spec = without(objectAt(pod, 'spec'), ...MUTABLE_POD_FIELDS);
    const lists = ['containers', 'initContainers'].map((field): [string, Json | undefined] => [
      field,
      objectsAt(spec, field).map((container) => without(container, 'image')),
    ]);
    return { ...spec, ...Object.fromEntries(lists) };
  };
  if (isEqual(fixed(current), fixed(next)) || !isObject(next.spec)) return [];
  const message =
    'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [{ reason: 'FieldValueForbidden', message, field: 'spec' }];
}
