import type { Json, JsonObject } from './json.ts';
import { canonicalAmounts } from './policy-defaults.ts';
import { isObject, mapField, mapObjects, objectAt, stringAt, withDefaults } from './json.ts';

/** Defaults of a PodSpec inside a template (core/v1/defaults.go, SetDefaults_PodSpec and its callees). */
export function withTemplateSpecDefaults(spec: JsonObject): JsonObject {
  const filled = withDefaults(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    // The deprecated alias is written beside the field it stands for.
    serviceAccount: spec.serviceAccountName,
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  const withContainers = ['containers', 'initContainers', 'ephemeralContainers'].reduce(
    (current, field) => mapField(current, field, (list) => mapObjects(list, withContainerDefaults)),
    filled,
  );
  return mapField(withContainers, 'volumes', (list) => mapObjects(list, withPodVolumeDefaults));
}

export function withTemplateDefaults(template: JsonObject): JsonObject {
  return mapField(template, 'spec', (spec) => (isObject(spec) ? withTemplateSpecDefaults(spec) : spec));
}

/** A Pod of its own also gets a service account. */
export function withPodSpecDefaults(spec: JsonObject): JsonObject {
  const withAccount = withDefaults(spec, { serviceAccountName: 'default' });
  return withDefaults(withTemplateSpecDefaults(withAccount), {
    enableServiceLinks: true,
  });
}

function withContainerDefaults(container: JsonObject): JsonObject {
  const filled = withDefaults(container, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(stringAt(container, 'image') ?? ''),
  });
  const withPorts = mapField(filled, 'ports', (ports) =>
    mapObjects(ports, (port) => withDefaults(port, { protocol: 'TCP' })),
  );
  const withResources = mapField(withPorts, 'resources', (resources) =>
    isObject(resources) ? withRequests(resources) : resources,
  );
  const withEnv = mapField(withResources, 'env', (env) => mapObjects(env, withFieldRefVersion));
  return ['livenessProbe', 'readinessProbe', 'startupProbe'].reduce(
    (current, probe) => mapField(current, probe, withProbeDefaults),
    withEnv,
  );
}

/** `Always` for `:latest` and for no tag at all. */
function pullPolicy(image: string): string {
  const [reference = '', digest] = image.split('@');
  const tag = /:([^:/]+)$/.exec(reference)?.[1];
  return digest === undefined && (tag === undefined || tag === 'latest') ? 'Always' : 'IfNotPresent';
}

/** A limit without a request is also the request. */
function withRequests(given: JsonObject): JsonObject {
  const resources = ['limits', 'requests'].reduce(
    (current, side) => mapField(current, side, canonicalAmounts),
    given,
  );
  if (resources.limits === undefined) return resources;
  const requests = withDefaults(objectAt(resources, 'requests'), objectAt(resources, 'limits'));
  return requests === resources.requests ? resources : { ...resources, requests };
}

function withFieldRefVersion(entry: JsonObject): JsonObject {
  return mapField(entry, 'valueFrom', (source) =>
    isObject(source)
      ? mapField(source, 'fieldRef', (ref) => (isObject(ref) ? withDefaults(ref, { apiVersion: 'v1' }) : ref))
      : source,
  );
}

function withProbeDefaults(probe: Json): Json {
  if (!isObject(probe)) return probe;
  const filled = withDefaults(probe, {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
  const withHttp = mapField(filled, 'httpGet', (http) =>
    isObject(http) ? withDefaults(http, { path: '/', scheme: 'HTTP' }) : http,
  );
  return mapField(withHttp, 'grpc', (grpc) => (isObject(grpc) ? withDefaults(grpc, { service: '' }) : grpc));
}

/** defaultMode 0644, in the decimal that JSON carries. */
const MODE = { defaultMode: 420 };

const VOLUME_SOURCES: Readonly<Record<string, JsonObject>> = {
  secret: MODE,
  configMap: MODE,
  downwardAPI: MODE,
  projected: MODE,
  hostPath: { type: '' },
};

function withPodVolumeDefaults(volume: JsonObject): JsonObject {
  if (Object.keys(volume).every((key) => key === 'name')) return { ...volume, emptyDir: {} };
  return withVolumeDefaults(volume);
}

/** Where a volume comes from, in a Pod or a PersistentVolume. */
export function withVolumeDefaults(volume: JsonObject): JsonObject {
  return Object.entries(VOLUME_SOURCES).reduce(
    (current, [source, defaults]) =>
      mapField(current, source, (value) => (isObject(value) ? withDefaults(value, defaults) : value)),
    volume,
  );
}
