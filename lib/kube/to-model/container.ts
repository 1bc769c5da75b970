import type {
  ContainerPort,
  ContainerRole,
  ContainerSpec,
  EnvFrom,
  EnvSource,
  EnvVar,
} from '#lib/model/pod-template.ts';
import type { ToModelContext } from './context.ts';
import { toProbe } from './probe.ts';
import type { ValueHash } from './value-hash.ts';
import {
  asNumber,
  asText,
  asTextMap,
  asTexts,
  asWire,
  asWires,
  isWire,
  mapWires,
  optionalBoolean,
  optionalNumber,
  optionalText,
  type Wire,
} from './wire.ts';

export function toContainer(container: Wire, role: ContainerRole, { hash }: ToModelContext): ContainerSpec {
  const resources = asWire(container['resources']);
  const security = asWire(container['securityContext']);
  const image = asText(container['image']);
  return {
    name: asText(container['name']),
    role,
    image,
    imagePullPolicy: toPullPolicy(container['imagePullPolicy'], image),
    command: toCommand(container['command']),
    args: toCommand(container['args']),
    env: mapWires(container['env'], (variable) => toEnvVar(variable, hash)),
    envFrom: asWires(container['envFrom']).flatMap(toEnvFrom),
    ports: mapWires(container['ports'], toPort),
    resources: { requests: asTextMap(resources['requests']), limits: asTextMap(resources['limits']) },
    liveness: toProbe(container['livenessProbe']),
    readiness: toProbe(container['readinessProbe']),
    startup: toProbe(container['startupProbe']),
    mounts: mapWires(container['volumeMounts'], (mount) => ({
      volume: asText(mount['name']),
      mountPath: asText(mount['mountPath']),
      subPath: optionalText(mount['subPath']) ?? optionalText(mount['subPathExpr']),
      readOnly: mount['readOnly'] === true,
    })),
    security: {
      runAsUser: optionalNumber(security['runAsUser']),
      runAsNonRoot: optionalBoolean(security['runAsNonRoot']),
      readOnlyRootFilesystem: optionalBoolean(security['readOnlyRootFilesystem']),
      privileged: optionalBoolean(security['privileged']),
    },
  };
}

/** An empty list means the same as none: the image's ENTRYPOINT or CMD. */
function toCommand(value: unknown): readonly string[] | undefined {
  const words = asTexts(value);
  return words.length === 0 ? undefined : words;
}

/** The API server fills this in; its rule: Always for `:latest` or no tag, else IfNotPresent. */
function toPullPolicy(value: unknown, image: string): ContainerSpec['imagePullPolicy'] {
  if (value === 'Always' || value === 'IfNotPresent' || value === 'Never') return value;
  const lastPart = image.slice(image.lastIndexOf('/') + 1);
  const pinned = image.includes('@') || (lastPart.includes(':') && !lastPart.endsWith(':latest'));
  return pinned ? 'IfNotPresent' : 'Always';
}

/** The value itself ends here. A variable without value and source is the empty string. */
function toEnvVar(variable: Wire, hash: ValueHash): EnvVar {
  const name = asText(variable['name']);
  const source = toEnvSource(variable['valueFrom']);
  return source ? { name, source } : { name, valueHash: hash(asText(variable['value'])) };
}

function toEnvSource(value: unknown): EnvSource | undefined {
  if (!isWire(value)) return undefined;
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = value;
  if (isWire(configMapKeyRef)) return { kind: 'configMapKey', ...toKeyRef(configMapKeyRef) };
  if (isWire(secretKeyRef)) return { kind: 'secretKey', ...toKeyRef(secretKeyRef) };
  if (isWire(fieldRef)) return { kind: 'field', path: asText(fieldRef['fieldPath']) };
  if (isWire(resourceFieldRef)) return { kind: 'resource', path: asText(resourceFieldRef['resource']) };
  return { kind: 'other', path: Object.keys(value).join(',') };
}

const toKeyRef = (ref: Wire) => ({
  name: asText(ref['name']),
  key: asText(ref['key']),
  optional: ref['optional'] === true,
});

function toEnvFrom(value: Wire): EnvFrom[] {
  const { configMapRef, secretRef } = value;
  const ref = isWire(configMapRef) ? configMapRef : isWire(secretRef) ? secretRef : undefined;
  if (!ref) return [];
  return [
    {
      kind: ref === configMapRef ? 'configMap' : 'secret',
      name: asText(ref['name']),
      prefix: asText(value['prefix']),
      optional: ref['optional'] === true,
    },
  ];
}

const toPort = (port: Wire): ContainerPort => ({
  name: optionalText(port['name']),
  port: asNumber(port['containerPort'], 0),
  protocol: asText(port['protocol'], 'TCP') || 'TCP',
});
