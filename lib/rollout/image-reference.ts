export type ImageReference = {
  /** Registry host with port; Docker Hub is "docker.io". */
  readonly registry: string;
  /** Path below the registry, e.g. "library/nginx". */
  readonly path: string;
  /** `undefined` when a digest is given without a tag. */
  readonly tag?: string;
  readonly digest?: string;
};

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const HOST = /^(?:\[[a-fA-F0-9:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::\d{1,5})?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/**
 * An image string the way the kubelet reads it: `nginx` is `docker.io/library/nginx:latest`, and the first
 * component is a registry only if it contains `.` or `:` or is `localhost`, so `myregistry/app` is a Docker
 * Hub user. `undefined` when it is not a reference (the kubelet then says InvalidImageName).
 * https://github.com/distribution/reference/blob/main/normalize.go
 */
export function parseImageReference(image: string): ImageReference | undefined {
  if (image.length > 4096) return undefined;
  const [named = '', digest, ...rest] = image.split('@');
  if (rest.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  const { name, tag } = splitTag(named);
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  const { registry, path } = splitRegistry(name);
  if (!HOST.test(registry) || !PATH.test(path) || `${registry}/${path}`.length > 255) return undefined;
  return { registry, path, tag: tag ?? (digest === undefined ? 'latest' : undefined), digest };
}

/** "docker.io/library/nginx": repository without tag and digest. */
export const repositoryOf = ({ registry, path }: ImageReference): string => `${registry}/${path}`;

/** The canonical text; parsing it gives the same reference again. */
export function imageText({ registry, path, tag, digest }: ImageReference): string {
  return `${registry}/${path}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** Why an image string is not a reference, as a clause, e.g. 'it ends with ":"'. */
export function invalidImageClause(image: string): string {
  if (image.trim() === '') return 'it is empty';
  if (/^[a-z]+:\/\//i.test(image)) return 'it starts with a URL scheme';
  if (/\$\{[^}]*\}|\$\([^)]*\)|\{\{.*\}\}|<[^>]*>/.test(image))
    return 'it holds a placeholder nobody filled in';
  if (/\s/.test(image)) return 'it contains a blank';
  if (image.startsWith('/')) return 'it starts with "/"';
  if (image.endsWith(':')) return 'it ends with ":"';
  const { name } = splitTag(image.split('@')[0] ?? '');
  if (/[A-Z]/.test(splitRegistry(name).path)) return 'the repository has upper-case letters';
  return 'it is not of the form registry/name:tag';
}

function splitTag(named: string): { name: string; tag?: string } {
  const colon = named.lastIndexOf(':');
  if (colon <= named.lastIndexOf('/')) return { name: named };
  return { name: named.slice(0, colon), tag: named.slice(colon + 1) };
}

function splitRegistry(name: string): { registry: string; path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, slash);
  const isHost = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const registry = isHost ? first : 'docker.io';
  const path = isHost ? name.slice(slash + 1) : name;
  const hub = registry === 'docker.io' || registry === 'index.docker.io';
  if (!hub) return { registry, path };
  return { registry: 'docker.io', path: path.includes('/') ? path : `library/${path}` };
}
