import { type ImageReference, repositoryOf } from '#lib/rollout/image-reference.ts';

/** Types the kubelet reads; a Secret of any other type is ignored without a word. */
export const PULL_SECRET_TYPES: ReadonlySet<string> = new Set([
  'kubernetes.io/dockerconfigjson',
  'kubernetes.io/dockercfg',
]);

/**
 * Whether an `auths` key is offered for an image: the same number of host labels, globs inside a label only, the same port (a
 * default port written out is another one), letter case as written, and the path as a plain prefix: `ghcr.io/acme` covers
 * `ghcr.io/acmecorp`, `ghcr.io/acme/` does not. `/v1/` and `/v2/` before the path count as none, `/v2` at its end does not.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/credentialprovider/keyring.go
 */
export function registryMatches(entry: string, image: ImageReference): boolean {
  const { host, port, path } = splitEntry(entry);
  if (host === '') return false;
  // Docker Hub's old name is looked for as it stands: no path, no glob.
  if (image.registry === 'docker.io' && host === 'index.docker.io' && port === '' && path === '') return true;
  const target = splitHost(image.registry);
  if (port !== target.port || !labelsMatch(host, target.host)) return false;
  return repositoryOf(image).slice(image.registry.length).startsWith(path);
}

/** What is wrong with an entry for the image's own registry: the part that does not match. */
export function nearEntry(entry: string, image: ImageReference): 'path' | 'port' | undefined {
  const { host, port, path } = splitEntry(entry);
  const target = splitHost(image.registry);
  const isHub = image.registry === 'docker.io' && host === 'index.docker.io';
  if (host === '' || !(isHub || labelsMatch(host, target.host))) return undefined;
  if (port !== target.port) return 'port';
  return registryMatches(entry, image) || path === '' ? undefined : 'path';
}

function splitEntry(entry: string): { host: string; port: string; path: string } {
  const bare = entry.replace(/^https?:\/\//, '').split(/[?#]/, 1)[0] ?? '';
  const slash = bare.indexOf('/');
  const authority = slash < 0 ? bare : bare.slice(0, slash);
  const path = (slash < 0 ? '' : bare.slice(slash)).replace(/^\/v[12]\//, '/');
  return { ...splitHost(authority), path: path === '/' ? '' : path };
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

/** One character of a pattern: itself, anything (`?`), or one of a class (`[a-z]`). */
type Step = { readonly accepts: (char: string) => boolean };

/**
 * Go's `filepath.Match` on one label; `undefined` steps are stars. Quadratic at worst, and labels are short, so that a hostile
 * Secret cannot stall us. A pattern that is broken matches nothing.
 */
function globMatches(glob: string, text: string): boolean {
  const steps = glob.includes('[') || glob.includes('?') ? parsed(glob) : plain(glob);
  if (!steps || glob.length > MAX_LABEL || text.length > MAX_LABEL) return false;
  let [at, step, lastStar, resumeAt] = [0, 0, -1, 0];
  while (at < text.length) {
    const wanted = steps[step];
    if (step < steps.length && wanted?.accepts(text[at] ?? '')) {
      at += 1;
      step += 1;
    } else if (step < steps.length && wanted === undefined) {
      lastStar = step++;
      resumeAt = at;
    } else if (lastStar >= 0) {
      step = lastStar + 1;
      at = resumeAt += 1;
    } else return false;
  }
  return steps.slice(step).every((rest) => rest === undefined);
}

const MAX_LABEL = 253;
const exactly = (char: string): Step => ({ accepts: (other) => other === char });
const plain = (glob: string): (Step | undefined)[] =>
  [...glob].map((char) => (char === '*' ? undefined : exactly(char)));

function parsed(glob: string): (Step | undefined)[] | undefined {
  const steps: (Step | undefined)[] = [];
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] ?? '';
    if (char === '[') {
      const end = glob.indexOf(']', at + 2);
      if (end < 0) return undefined;
      steps.push(charClass(glob.slice(at + 1, end)));
      at = end;
    } else steps.push(char === '*' ? undefined : char === '?' ? { accepts: () => true } : exactly(char));
  }
  return steps;
}

function charClass(inside: string): Step {
  const isNegated = inside.startsWith('^');
  const ranges = [...(isNegated ? inside.slice(1) : inside).matchAll(/([\s\S])(?:-([\s\S]))?/g)];
  return {
    accepts: (char) => ranges.some(([, from = '', to = from]) => from <= char && char <= to) !== isNegated,
  };
}
