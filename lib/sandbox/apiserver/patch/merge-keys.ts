/** Lists that merge element by element, and the field that names an element (`patchMergeKey` in k8s.io/api). */
const BY_FIELD: Readonly<Record<string, string>> = {
  addresses: 'type',
  conditions: 'type',
  containers: 'name',
  env: 'name',
  ephemeralContainers: 'name',
  hostAliases: 'ip',
  hostIPs: 'ip',
  imagePullSecrets: 'name',
  initContainers: 'name',
  ownerReferences: 'uid',
  podIPs: 'ip',
  ports: 'containerPort',
  resourceClaims: 'name',
  secrets: 'name',
  topologySpreadConstraints: 'topologyKey',
  volumeDevices: 'devicePath',
  volumeMounts: 'mountPath',
  volumes: 'name',
};

const BY_KIND: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  Service: { ports: 'port' },
  EndpointSlice: { ports: undefined },
};

/** The merge key of the list `field` in an object of `kind`; undefined when such a list is replaced as a whole. */
export function mergeKey(kind: string, field: string): string | undefined {
  const own = BY_KIND[kind];
  return own && field in own ? own[field] : BY_FIELD[field];
}

/** Lists of strings that merge as sets (`patchStrategy:"merge"` on a primitive list). */
export function mergesAsSet(field: string): boolean {
  return field === 'finalizers';
}
