import type { Pod, Secret } from './client/objects.ts';
import type { Lister } from './client/informer.ts';
import { parseImage, type ImageReference } from './image-reference.ts';
import type { PullOutcome } from './kubelet/record.ts';
import { IMAGES } from './programs/images.ts';
import { seededRandom } from './random.ts';

/** The kubelet drops the code before a runtime's error only when it is Unknown. */
export const NOT_FOUND = 'rpc error: code = NotFound desc = ';

type Secrets = Pick<Lister<Secret>, 'get'>;
type Context = {
  readonly pod: Pod;
  readonly secrets: Secrets;
  readonly chance: (...keys: readonly (string | number)[]) => number;
};

/** Registries that answer; any other host does not resolve. */
const HOSTS = new Set(['docker.io', 'ghcr.io', 'quay.io', 'registry.k8s.io', 'gcr.io']);

/**
 * One pull, as containerd reports it. The error texts are those of containerd's resolver; registries that hide
 * private repositories answer alike for absent and forbidden ones. Undefined when the reference does not parse.
 */
export function pullImage(image: string, context: Context): PullOutcome | undefined {
  const reference = parseImage(image);
  if (!reference) return undefined;
  const { pod, chance } = context;
  const speed = chance(pod.metadata.uid, image, 'pull');
  const failed = (why: string, code = ''): PullOutcome => ({
    tookMs: 300 + Math.floor(900 * speed),
    error: `${code}failed to pull and unpack image "${reference.full}": failed to resolve reference "${reference.full}": ${why}`,
  });
  const known = IMAGES[reference.repository];
  if (!HOSTS.has(reference.registry)) return failed(unknownHost(reference));
  if (!known) return failed(deniedText(reference));
  if (known.isPrivate && !hasCredentials(reference, context)) return failed(deniedText(reference));
  if (!known.tags.includes(reference.tag)) return failed(`${reference.full}: not found`, NOT_FOUND);
  const digest = `sha256:${seededRandom(reference.full).hex(64)}`;
  return {
    tookMs: 500 + Math.floor((known.bytes / 60_000) * (0.7 + 0.6 * speed)),
    bytes: known.bytes,
    digest,
  };
}

function unknownHost({ registry, repository, tag }: ImageReference): string {
  const url = `https://${registry}/v2/${repository.slice(registry.length + 1)}/manifests/${tag}`;
  return `failed to do request: Head "${url}": dial tcp: lookup ${registry}: no such host`;
}

function deniedText({ registry, repository }: ImageReference): string {
  if (registry !== 'ghcr.io') {
    return 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
  }
  const scope = encodeURIComponent(`repository:${repository.slice(registry.length + 1)}:pull`);
  const url = `https://ghcr.io/token?scope=${scope}&service=ghcr.io`;
  return `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to ${url}: 403 Forbidden`;
}

const namesOf = ({ spec }: Pod): readonly string[] =>
  (spec.imagePullSecrets ?? []).flatMap(({ name }) => (name ? [name] : []));

/** Pull Secrets the pod names that do not exist. */
export function missingPullSecrets(pod: Pod, secrets: Secrets): readonly string[] {
  return namesOf(pod).filter((name) => !secrets.get(pod.metadata.namespace, name));
}

/** Whether one of the pod's pull Secrets speaks to this registry; the sandbox does not check passwords. */
function hasCredentials({ registry }: ImageReference, { pod, secrets }: Context): boolean {
  return namesOf(pod).some((name) => {
    const config = secrets.get(pod.metadata.namespace, name)?.data?.['.dockerconfigjson'];
    if (!config) return false;
    return Buffer.from(config, 'base64').toString('utf8').includes(`"${registry}"`);
  });
}
