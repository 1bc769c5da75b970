import { seededRandom } from './random.ts';

export type ImageReference = {
  readonly registry: string;
  /** With the registry: `docker.io/library/redis`. */
  readonly repository: string;
  readonly tag: string;
  readonly digest?: string;
  /** Normalised, as error texts spell it. */
  readonly full: string;
};

const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;

/**
 * The rules of distribution/reference: the first component is a registry only if it has a dot or a colon or is
 * localhost, everything else lives on docker.io. Undefined when the text is not a reference.
 */
export function parseImage(image: string): ImageReference | undefined {
  const [nameAndTag = '', digest] = image.split('@', 2);
  const colon = nameAndTag.lastIndexOf(':');
  const hasTag = colon > nameAndTag.lastIndexOf('/');
  const tag = hasTag ? nameAndTag.slice(colon + 1) : 'latest';
  const parts = (hasTag ? nameAndTag.slice(0, colon) : nameAndTag).split('/');
  const [first = ''] = parts;
  const hasRegistry = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  const registry = hasRegistry ? first : 'docker.io';
  const path = hasRegistry ? parts.slice(1) : parts.length === 1 ? ['library', first] : parts;
  if (!TAG.test(tag) || path.length === 0 || !path.every((part) => NAME.test(part))) return undefined;
  const repository = [registry, ...path].join('/');
  return {
    registry,
    repository,
    tag,
    ...(digest ? { digest } : {}),
    full: `${repository}${digest ? `@${digest}` : `:${tag}`}`,
  };
}

/** The digest a registry holds under a tag; a reference by digest is its own. */
export function digestOf({ full, digest }: ImageReference): string {
  return digest ?? `sha256:${seededRandom(full).hex(64)}`;
}

/** How a container's status names the image it runs: repository and digest. */
export function imageIdOf(image: string, digest?: string): string {
  const reference = parseImage(image);
  return reference ? `${reference.repository}@${digest ?? digestOf(reference)}` : image;
}
