import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import {
  isObject,
  mapField,
  mapObjects,
  objectsAt,
  stringAt,
  valueAt,
} from '#lib/sandbox/apiserver/objects/json.ts';
import { generatedName } from '#lib/sandbox/apiserver/objects/new-identity.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import type { Admission, AdmissionPlugin } from './admission-plugin.ts';
import { refused } from './admission-plugin.ts';

/**
 * Gives a new Pod the identity it runs as: a ServiceAccount that exists, its token, its pull secrets
 * (kubernetes/plugin/pkg/admission/serviceaccount/admission.go). Not here: the deprecated annotation
 * kubernetes.io/enforce-mountable-secrets.
 */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  change: (context, admission) => {
    const { object: pod } = admission;
    if (!isNewPod(admission) || isMirror(pod)) return pod;
    const account = accountOf(context, admission);
    return mapField(pod, 'spec', (spec) =>
      isObject(spec) ? withPullSecrets(withToken(spec, account, context), account) : spec,
    );
  },
  check: (_context, admission) => {
    if (!isNewPod(admission) || !isMirror(admission.object)) return;
    const account = stringAt(admission.object, 'spec', 'serviceAccountName') ?? '';
    if (account !== '') throw refused(admission, 'a mirror pod may not reference service accounts');
  },
};

function isNewPod({ operation, resource, subresource }: Admission): boolean {
  return operation === 'CREATE' && resource.kind === 'Pod' && subresource === undefined;
}

/** The image of a static pod: its kubelet deletes it when the spec is not the one of the file. */
const isMirror = (pod: JsonObject): boolean =>
  stringAt(pod, 'metadata', 'annotations', 'kubernetes.io/config.mirror') !== undefined;

const DEFAULT = 'default';

function accountOf({ journal }: ServerContext, admission: Admission): JsonObject {
  const { object, namespace = '' } = admission;
  const name = stringAt(object, 'spec', 'serviceAccountName') ?? DEFAULT;
  const account = journal.get('serviceaccounts', namespace, name);
  if (account) return account;
  // Upstream waits up to two seconds for the controller that makes it; this call cannot wait, and knows the result.
  if (name === DEFAULT) return {};
  throw refused(
    admission,
    `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
  );
}

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME = 'kube-api-access-';

/** The pod's own wish counts before the account's. */
function withToken(spec: JsonObject, account: JsonObject, { random }: ServerContext): JsonObject {
  const wanted = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  const lacking = ['initContainers', 'containers']
    .flatMap((list) => objectsAt(spec, list))
    .filter(lacksMount);
  if (wanted !== true || lacking.length === 0) return spec;
  const known = objectsAt(spec, 'volumes').find((volume) => stringAt(volume, 'name')?.startsWith(VOLUME));
  const name = stringAt(known, 'name') ?? generatedName(VOLUME, random);
  const mounted = ['initContainers', 'containers'].reduce(
    (current, list) => mapField(current, list, (containers) => withMounts(containers, name)),
    spec,
  );
  return known ? mounted : { ...mounted, volumes: [...objectsAt(spec, 'volumes'), tokenVolume(name)] };
}

const lacksMount = (container: JsonObject): boolean =>
  !objectsAt(container, 'volumeMounts').some(({ mountPath }) => mountPath === MOUNT_PATH);

function withMounts(containers: Json, name: string): Json {
  const mount = { name, readOnly: true, mountPath: MOUNT_PATH };
  return mapObjects(containers, (container) =>
    lacksMount(container)
      ? { ...container, volumeMounts: [...objectsAt(container, 'volumeMounts'), mount] }
      : container,
  );
}

/** An hour and seven seconds: the marker of a token that may be used longer, with a warning. */
const WARN_ONLY_EXPIRATION_SECONDS = 3607;

function tokenVolume(name: string): JsonObject {
  const fieldRef = { apiVersion: 'v1', fieldPath: 'metadata.namespace' };
  const sources = [
    { serviceAccountToken: { expirationSeconds: WARN_ONLY_EXPIRATION_SECONDS, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef }] } },
  ];
  return { name, projected: { sources, defaultMode: 420 } };
}

function withPullSecrets(spec: JsonObject, account: JsonObject): JsonObject {
  const secrets = objectsAt(account, 'imagePullSecrets');
  if (secrets.length === 0 || objectsAt(spec, 'imagePullSecrets').length > 0) return spec;
  return { ...spec, imagePullSecrets: secrets.map((secret) => ({ name: valueAt(secret, 'name') })) };
}
