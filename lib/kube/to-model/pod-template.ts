import type {
  ContainerRole,
  ContainerSpec,
  NodeRequirement,
  NodeTerm,
  PodSpec,
  PodTemplate,
  Toleration,
  Volume,
} from '#lib/model/pod-template.ts';
import { canonicalJson } from './canonical-json.ts';
import { toContainer } from './container.ts';
import type { ToModelContext } from './context.ts';
import { UNSHARED } from './meta.ts';
import { Portion } from './portion.ts';
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

/** `spec.template` of a workload, hash included. */
export function toPodTemplate(template: Wire, context: ToModelContext): PodTemplate {
  const { values = UNSHARED } = context;
  const labels = asTextMap(asWire(template['metadata'])['labels']);
  const spec = toPodSpec(asWire(template['spec']), context);
  return values.share({ labels, ...spec, hash: templateHash(template, context) });
}

/**
 * The fields of a PodSpec that are read and alike in the pods of a workload; a test with random objects fails when one
 * is missing. Not `affinity`, which names the node in every pod of a DaemonSet.
 */
export const POD_SPEC_FIELDS = [
  'volumes',
  'initContainers',
  'containers',
  'ephemeralContainers',
  'restartPolicy',
  'terminationGracePeriodSeconds',
  'nodeSelector',
  'serviceAccountName',
  'hostNetwork',
  'securityContext',
  'imagePullSecrets',
  'schedulerName',
  'tolerations',
];

/** `spec` of a Pod or of a template. */
export function toPodSpec(spec: Wire, context: ToModelContext): PodSpec {
  if (!Array.isArray(spec['containers'])) context.odd('spec.containers');
  const security = asWire(spec['securityContext']);
  const containers = (value: unknown, role: ContainerRole | ((container: Wire) => ContainerRole)) =>
    asWires(value).map((container) => {
      if (container instanceof Portion) return knownContainer(container, context);
      return toContainer(container, typeof role === 'function' ? role(container) : role, context);
    });
  return {
    containers: [
      ...containers(spec['initContainers'], initRole),
      ...containers(spec['containers'], 'app'),
      ...containers(spec['ephemeralContainers'], 'ephemeral'),
    ],
    volumes: mapWires(spec['volumes'], toVolume),
    serviceAccountName: optionalText(spec['serviceAccountName']) ?? 'default',
    imagePullSecrets: mapWires(spec['imagePullSecrets'], (secret) => asText(secret['name'])),
    nodeSelector: asTextMap(spec['nodeSelector']),
    nodeTerms: toNodeTerms(spec['affinity']),
    tolerations: mapWires(spec['tolerations'], toToleration),
    restartPolicy: toRestartPolicy(spec['restartPolicy']),
    terminationGracePeriodSeconds: asNumber(spec['terminationGracePeriodSeconds'], 30),
    schedulerName: optionalText(spec['schedulerName']) ?? 'default-scheduler',
    hostNetwork: spec['hostNetwork'] === true,
    podSecurity: {
      runAsUser: optionalNumber(security['runAsUser']),
      runAsNonRoot: optionalBoolean(security['runAsNonRoot']),
      fsGroup: optionalNumber(security['fsGroup']),
    },
  };
}

/** A decoder gives containers of the app in this way, no others. */
function knownContainer(container: Portion, context: ToModelContext): ContainerSpec {
  const { share } = context.values ?? UNSHARED;
  return container.become((rest) => ({ made: share(toContainer(rest, 'app', context)), isKept: true }));
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

function toToleration(toleration: Wire): Toleration {
  const tolerationSeconds = optionalNumber(toleration['tolerationSeconds']);
  return {
    key: optionalText(toleration['key']),
    operator: toleration['operator'] === 'Exists' ? 'Exists' : 'Equal',
    value: optionalText(toleration['value']),
    effect: optionalText(toleration['effect']),
    ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
  };
}

/** What is only preferred keeps no node away. */
export function toNodeTerms(affinity: unknown): readonly NodeTerm[] {
  const required = asWire(asWire(affinity)['nodeAffinity'])['requiredDuringSchedulingIgnoredDuringExecution'];
  return toNodeSelectorTerms(asWire(required));
}

/** A NodeSelector: of a pod's affinity, or of where a volume can be reached. */
export const toNodeSelectorTerms = (selector: Wire): readonly NodeTerm[] =>
  mapWires(selector['nodeSelectorTerms'], (term) => ({
    labels: mapWires(term['matchExpressions'], toNodeRequirement),
    fields: mapWires(term['matchFields'], toNodeRequirement),
  }));

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
