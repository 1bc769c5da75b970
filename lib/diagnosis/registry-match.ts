import { type ImageReference, repositoryOf } from '#lib/rollout/image-reference.ts';

/** Types the kubelet reads; a Secret of any other type is ignored without a word. */
export const PULL_SECRET_TYPES: ReadonlySet<string> = new Set([
  'kubernetes.io/dockerconfigjson',
  'kubernetes.io/dockercfg',
]);

/**
 * Whether an `auths` key is offered for an image: same number of host labels, `*` inside a label only, equal
 * port, and the path as a plain prefix.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/credentialprovider/keyring.go
 */
export function registryMatches(entry: string, image: ImageReference): boolean {
  const { host, port, path } = splitEntry(entry);
  if (host === '') return false;
  const target = splitHost(image.registry);
  // The keyring files Docker Hub under its old index name.
  const hosts = image.registry === 'docker.io' ? ['docker.io', 'index.docker.io'] : [target.host];
  if (port !== target.port || !hosts.some((name) => labelsMatch(host, name))) return false;
  return path === '' || repositoryOf(image).slice(image.registry.length).startsWith(path);
}

function splitEntry(entry: string): { host: string; port: string; path: string } {
  const bare = entry.replace(/^https?:\/\//, '');
  const slash = bare.indexOf('/');
  const authority = slash < 0 ? bare : bare.slice(0, slash);
  const rawPath = slash < 0 ? '' : bare.slice(slash);
  const path = rawPath.replace(/^\/v[12]\//, '/').replace(/\/$/, '');
  return { ...splitHost(authority), path };
}

function splitHost(authority: string): { host: string; port: string } {
  const match = /^(.*?)(?::(\d+))?$/.exec(authority);
  return { host: match?.[1] ?? authority, port: match?.[2] ?? '' };
}

function labelsMatch(pattern: string, host: string): boolean {
  const patterns = pattern.split('.');
  const labels = host.split('.');
  return (
    patterns.length === labels.length &&
    patterns.every((glob, index) => globMatches(glob, labels[index] ?? ''))
  );
}

/** `*` only: what registry entries use. Linear, so that a hostile Secret cannot stall us. */
function globMatches(glob: string, text: string): boolean {
  const parts = glob.split('*');
  if (parts.length === 1) return glob === text;
  const first = parts[0] ?? '';
  const last = parts[parts.length - 1] ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, from);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    from = found + part.length;
  }
  return true;
}
