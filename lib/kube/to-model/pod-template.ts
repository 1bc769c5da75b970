import type {
  ContainerRole,
  NodeRequirement,
  NodeTerm,
  PodTemplate,
  Toleration,
  Volume,
} from '#lib/model/pod-template.ts';
import { canonicalJson } from './canonical-json.ts';
import { toContainer } from './container.ts';
import type { ToModelContext } from './context.ts';
import {
  asNumber,
  asText,
  asTextMap,
  asTexts,
  asWire,
  asWires,
  isWire,
  optionalBoolean,
  optionalNumber,
  optionalText,
  type Wire,
} from './wire.ts';

/** `spec.template` of a workload, hash included. */
export function toPodTemplate(template: Wire, context: ToModelContext): PodTemplate {
  const labels = asTextMap(asWire(template['metadata'])['labels']);
  return { ...toPodSpec(asWire(template['spec']), labels, context), hash: templateHash(template, context) };
}

/** `spec` of a Pod. Pods are not compared with each other: their hash is ''. */
export function toPodSpec(
  spec: Wire,
  labels: Readonly<Record<string, string>>,
  context: ToModelContext,
): PodTemplate {
  if (!Array.isArray(spec['containers'])) context.odd('spec.containers');
  const security = asWire(spec['securityContext']);
  const containers = (value: unknown, role: ContainerRole | ((container: Wire) => ContainerRole)) =>
    asWires(value).map((container) =>
      toContainer(container, typeof role === 'function' ? role(container) : role, context),
    );
  return {
    labels,
    containers: [
      ...containers(spec['initContainers'], initRole),
      ...containers(spec['containers'], 'app'),
      ...containers(spec['ephemeralContainers'], 'ephemeral'),
    ],
    volumes: asWires(spec['volumes']).map(toVolume),
    serviceAccountName: optionalText(spec['serviceAccountName']) ?? 'default',
    imagePullSecrets: asWires(spec['imagePullSecrets']).map((secret) => asText(secret['name'])),
    nodeSelector: asTextMap(spec['nodeSelector']),
    nodeTerms: nodeTerms(asWire(spec['affinity'])),
    tolerations: asWires(spec['tolerations']).map(toToleration),
    restartPolicy: toRestartPolicy(spec['restartPolicy']),
    terminationGracePeriodSeconds: asNumber(spec['terminationGracePeriodSeconds'], 30),
    schedulerName: optionalText(spec['schedulerName']) ?? 'default-scheduler',
    hostNetwork: spec['hostNetwork'] === true,
    podSecurity: {
      runAsUser: optionalNumber(security['runAsUser']),
      runAsNonRoot: optionalBoolean(security['runAsNonRoot']),
      fsGroup: optionalNumber(security['fsGroup']),
    },
    hash: '',
  };
}

/**
 * Hash of the raw template without `pod-template-hash`, as the Deployment controller compares them
 * (EqualIgnoreHash in pkg/controller/deployment/util/deployment_util.go). Key order does not matter.
 */
export function templateHash(template: Wire, { hash }: Pick<ToModelContext, 'hash'>): string {
  const metadata = asWire(template['metadata']);
  const { 'pod-template-hash': _added, ...labels } = asWire(metadata['labels']);
  return hash(canonicalJson({ ...template, metadata: { ...metadata, labels } }));
}

/** Since 1.28 an init container with `restartPolicy: Always` is a sidecar (KEP-753). */
const initRole = (container: Wire): ContainerRole =>
  container['restartPolicy'] === 'Always' ? 'sidecar' : 'init';

const toRestartPolicy = (value: unknown): PodTemplate['restartPolicy'] =>
  value === 'OnFailure' || value === 'Never' ? value : 'Always';

const REFERENCE_FIELD: Readonly<Record<string, string>> = {
  configMap: 'name',
  secret: 'secretName',
  persistentVolumeClaim: 'claimName',
};

/** A volume is `{ name, <kind>: { … } }`. */
function toVolume(volume: Wire): Volume {
  const kind = Object.keys(volume).find((key) => key !== 'name' && isWire(volume[key])) ?? 'emptyDir';
  const source = asWire(volume[kind]);
  return {
    name: asText(volume['name']),
    kind,
    refName: optionalText(source[REFERENCE_FIELD[kind] ?? '']),
    optional: optionalBoolean(source['optional']) ?? false,
    ...(kind === 'image' ? { reference: asText(source['reference']) } : {}),
  };
}

const toToleration = (toleration: Wire): Toleration => ({
  key: optionalText(toleration['key']),
  operator: toleration['operator'] === 'Exists' ? 'Exists' : 'Equal',
  value: optionalText(toleration['value']),
  effect: optionalText(toleration['effect']),
});

const NO_TERMS: readonly NodeTerm[] = [];

/** What is only preferred keeps no node away. */
function nodeTerms(affinity: Wire): readonly NodeTerm[] {
  const required = asWire(affinity['nodeAffinity'])['requiredDuringSchedulingIgnoredDuringExecution'];
  if (!isWire(required)) return NO_TERMS;
  return asWires(required['nodeSelectorTerms']).map((term) => ({
    labels: asWires(term['matchExpressions']).map(toNodeRequirement),
    fields: asWires(term['matchFields']).map(toNodeRequirement),
  }));
}

const OPERATORS: ReadonlySet<unknown> = new Set<NodeRequirement['operator']>([
  'In',
  'NotIn',
  'Exists',
  'DoesNotExist',
  'Gt',
  'Lt',
]);
const isOperator = (value: unknown): value is NodeRequirement['operator'] => OPERATORS.has(value);

function toNodeRequirement(requirement: Wire): NodeRequirement {
  const operator = requirement['operator'];
  return {
    key: asText(requirement['key']),
    operator: isOperator(operator) ? operator : 'In',
    values: asTexts(requirement['values']),
  };
}
