import { quantity } from '#lib/sandbox/quantity.ts';
import type { Cause } from '#lib/sandbox/apiserver/status-error.ts';
import { duplicate, invalidValue, required, unfound, unsupported } from './causes.ts';
import type { JsonObject } from './json.ts';
import { isEqual, isObject, numberAt, objectsAt, stringAt, stringMapAt } from './json.ts';
import { dnsLabelFault } from './name-rules.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
const PROBE_NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
];

/** core/validation ValidatePodSpec, as far as a person's manifest is likely to break it. */
export function podSpecCauses(spec: JsonObject, path: string): readonly Cause[] {
  const containers = objectsAt(spec, 'containers');
  if (containers.length === 0) return [required(`${path}.containers`)];
  const lists = ['containers', 'initContainers'].map((field) => containerCauses(spec, field, path));
  const policy = stringAt(spec, 'restartPolicy');
  const restarts =
    policy === undefined || RESTART_POLICIES.includes(policy)
      ? []
      : [unsupported(`${path}.restartPolicy`, policy, RESTART_POLICIES)];
  return [...lists.flat(), ...restarts];
}

function containerCauses(spec: JsonObject, list: string, path: string): readonly Cause[] {
  const seen = new Set<string>();
  const volumes = new Set(objectsAt(spec, 'volumes').map(({ name }) => name));
  return objectsAt(spec, list).flatMap((container, index) => {
    const at = `${path}.${list}[${index}]`;
    const name = stringAt(container, 'name') ?? '';
    const again = seen.has(name);
    seen.add(name);
    return [
      ...nameCauses(name, `${at}.name`, again),
      ...((stringAt(container, 'image') ?? '').trim() === '' ? [required(`${at}.image`)] : []),
      ...portCauses(container, at),
      ...envCauses(container, at),
      ...objectsAt(container, 'volumeMounts').flatMap((mount, number) =>
        volumes.has(mount.name)
          ? []
          : [unfound(`${at}.volumeMounts[${number}].name`, stringAt(mount, 'name') ?? '')],
      ),
      ...PROBES.flatMap((probe) => probeCauses(container, probe, at)),
      ...pullPolicyCauses(container, at),
      ...resourceCauses(container, at),
    ];
  });
}

function nameCauses(name: string, field: string, again: boolean): readonly Cause[] {
  if (name === '') return [required(field)];
  if (again) return [duplicate(field, name)];
  const fault = dnsLabelFault(name);
  return fault === undefined ? [] : [invalidValue(field, name, fault)];
}

function portCauses(container: JsonObject, at: string): readonly Cause[] {
  return objectsAt(container, 'ports').flatMap((entry, index) => {
    const port = numberAt(entry, 'containerPort');
    const field = `${at}.ports[${index}].containerPort`;
    if (port === undefined) return [required(field)];
    return isPort(port) ? [] : [invalidValue(field, port, PORT_RULE)];
  });
}

export const PORT_RULE = 'must be between 1 and 65535, inclusive';
export const isPort = (port: number): boolean => port > 0 && port < 65_536;

function envCauses(container: JsonObject, at: string): readonly Cause[] {
  return objectsAt(container, 'env').flatMap((entry, index) =>
    (stringAt(entry, 'name') ?? '') === '' ? [required(`${at}.env[${index}].name`)] : [],
  );
}

function probeCauses(container: JsonObject, field: string, at: string): readonly Cause[] {
  const probe = container[field];
  if (!isObject(probe)) return [];
  const handlers = HANDLERS.filter((handler) => probe[handler] !== undefined);
  const negative = PROBE_NUMBERS.filter((number) => (numberAt(probe, number) ?? 0) < 0);
  return [
    ...(handlers.length === 0 ? [required(`${at}.${field}`, 'must specify a handler type')] : []),
    ...negative.map((number) =>
      invalidValue(`${at}.${field}.${number}`, probe[number], 'must be greater than or equal to 0'),
    ),
  ];
}

function pullPolicyCauses(container: JsonObject, at: string): readonly Cause[] {
  const policy = stringAt(container, 'imagePullPolicy');
  if (policy === undefined || PULL_POLICIES.includes(policy)) return [];
  return [unsupported(`${at}.imagePullPolicy`, policy, PULL_POLICIES)];
}

function resourceCauses(container: JsonObject, at: string): readonly Cause[] {
  const limits = stringMapAt(container, 'resources', 'limits');
  return Object.entries(stringMapAt(container, 'resources', 'requests')).flatMap(([name, request]) => {
    const limit = limits[name];
    if (limit === undefined || quantity(request) <= quantity(limit)) return [];
    const why = `must be less than or equal to ${name} limit of ${limit}`;
    return [invalidValue(`${at}.resources.requests`, request, why)];
  });
}

/** Ephemeral containers are added and never touched again. */
export function ephemeralCauses(current: JsonObject, next: JsonObject): readonly Cause[] {
  const field = 'spec.ephemeralContainers';
  const wanted = objectsAt(next, 'spec', 'ephemeralContainers');
  return objectsAt(current, 'spec', 'ephemeralContainers').flatMap((known) => {
    const name = stringAt(known, 'name') ?? '';
    const found = wanted.find((container) => container.name === name);
    if (found && isEqual(found, known)) return [];
    const message = `Forbidden: existing ephemeral containers "${name}" may not be ${found ? 'changed' : 'removed'}\n`;
    return [{ reason: 'FieldValueForbidden', message, field }];
  });
}
