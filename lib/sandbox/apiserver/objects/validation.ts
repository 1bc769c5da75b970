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
import { nameCauses } from './name-rules.ts';
import { POLICY_CHECKS, priorityUpdateCauses } from './policy-validation.ts';

type Check = (object: JsonObject) => readonly Cause[];

export const required = (field: string, detail = ''): Cause => ({
  reason: 'FieldValueRequired',
  message: detail === '' ? 'Required value' : `Required value: ${detail}`,
  field,
});
export const invalidValue = (field: string, value: Json | undefined, detail: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value ?? null)}: ${detail}`,
  field,
});
const unsupported = (field: string, value: string, supported: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: "${value}": supported values: ${supported.map((known) => `"${known}"`).join(', ')}`,
  field,
});

function replicaCauses(object: JsonObject): readonly Cause[] {
  const replicas = numberAt(object, 'spec', 'replicas') ?? 0;
  return replicas < 0 ? [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')] : [];
}

/** A workload must select the Pods it makes. */
function selectorCauses(object: JsonObject): readonly Cause[] {
  const selector = objectAt(object, 'spec', 'selector');
  if (Object.keys(selector).length === 0) return [required('spec.selector')];
  const labels = stringMapAt(object, 'spec', 'template', 'metadata', 'labels');
  const wanted = Object.entries(stringMapAt(selector, 'matchLabels'));
  if (wanted.every(([key, value]) => labels[key] === value)) return [];
  return [
    invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'),
  ];
}

/** core/validation ValidatePodSpec, as far as a person's manifest is likely to break it. */
function podSpecCauses(spec: JsonObject, path: string): readonly Cause[] {
  const containers = objectsAt(spec, 'containers');
  if (containers.length === 0) return [required(`${path}.containers`)];
  const lists = ['containers', 'initContainers'].map((field) => containerCauses(spec, field, path));
  return lists.flat();
}

function containerCauses(spec: JsonObject, list: string, path: string): readonly Cause[] {
  const seen = new Set<string>();
  return objectsAt(spec, list).flatMap((container, index) => {
    const at = `${path}.${list}[${index}]`;
    const name = stringAt(container, 'name') ?? '';
    const causes: Cause[] = [];
    if (name === '') causes.push(required(`${at}.name`));
    else if (seen.has(name)) {
      causes.push({
        reason: 'FieldValueDuplicate',
        message: `Duplicate value: "${name}"`,
        field: `${at}.name`,
      });
    }
    seen.add(name);
    if ((stringAt(container, 'image') ?? '').trim() === '') causes.push(required(`${at}.image`));
    return [...causes, ...portCauses(container, at)];
  });
}

function portCauses(container: JsonObject, at: string): readonly Cause[] {
  return objectsAt(container, 'ports').flatMap((entry, index) => {
    const port = numberAt(entry, 'containerPort');
    const field = `${at}.ports[${index}].containerPort`;
    if (port === undefined) return [required(field)];
    return port > 0 && port < 65_536
      ? []
      : [invalidValue(field, port, 'must be between 1 and 65535, inclusive')];
  });
}

const template: Check = (object) =>
  podSpecCauses(objectAt(object, 'spec', 'template', 'spec'), 'spec.template.spec');

/** Long-running workloads cannot have Pods that end. */
const alwaysRestarts: Check = (object) => {
  const policy = stringAt(object, 'spec', 'template', 'spec', 'restartPolicy') ?? 'Always';
  return policy === 'Always' ? [] : [unsupported('spec.template.spec.restartPolicy', policy, ['Always'])];
};

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
  return needsNone || objectsAt(service, 'spec', 'ports').length > 0 ? [] : [required('spec.ports')];
};

const roleRef: Check = (binding) =>
  stringAt(binding, 'roleRef', 'name') === undefined ? [required('roleRef.name')] : [];

const WORKLOAD: readonly Check[] = [replicaCauses, selectorCauses, template, alwaysRestarts];

const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  ClusterRoleBinding: [roleRef],
  ConfigMap: [dataKeys],
  DaemonSet: [selectorCauses, template, alwaysRestarts],
  Deployment: WORKLOAD,
  Job: [template],
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
    ...checked(resource.kind, object),
  ];
}

/** Fields that cannot change once an object exists, by kind. */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  ClusterRoleBinding: ['roleRef'],
  DaemonSet: ['spec.selector'],
  Deployment: ['spec.selector'],
  Job: ['spec.selector', 'spec.template', 'spec.completions'],
  ReplicaSet: ['spec.selector'],
  RoleBinding: ['roleRef'],
  Secret: ['type'],
  StatefulSet: ['spec.selector', 'spec.serviceName', 'spec.podManagementPolicy'],
};

/** Everything wrong with a changed object. */
export function updateCauses({ kind }: Resource, current: KubeObject, next: KubeObject): readonly Cause[] {
  // A status is not checked, and an object that only gets a new status or labels cannot have become invalid.
  if (isEqual(without(current, 'metadata', 'status'), without(next, 'metadata', 'status'))) return [];
  const fixed = (IMMUTABLE[kind] ?? []).filter((field) => !isEqual(at(current, field), at(next, field)));
  const immutable = fixed.map((field) => invalidValue(field, at(next, field), 'field is immutable'));
  const more = kind === 'Pod' ? podUpdateCauses : kind === 'PriorityClass' ? priorityUpdateCauses : undefined;
  return [...checked(kind, next), ...immutable, ...(more?.(current, next) ?? [])];
}

const at = (object: KubeObject, field: string): Json | undefined => valueAt(object, ...field.split('.'));

/** What of a Pod's spec may change; binding sets nodeName through its own subresource. */
const MUTABLE_POD_FIELDS = [
  'activeDeadlineSeconds',
  'ephemeralContainers',
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
