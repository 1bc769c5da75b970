import type { Lister } from './client/informer.ts';
import type { Pod, Secret } from './client/objects.ts';

export type Secrets = Pick<Lister<Secret>, 'get'>;

/** One entry of a pull Secret that fits an image. */
export type Credential = {
  /** Names the Secret: what opened a registry is remembered under it. */
  readonly id: string;
  readonly username: string;
  readonly password: string;
};

const namesOf = ({ spec }: Pod): readonly string[] =>
  (spec.imagePullSecrets ?? []).flatMap(({ name }) => (name ? [name] : []));

/** Pull Secrets the pod names that do not exist. */
export function missingPullSecrets(pod: Pod, secrets: Secrets): readonly string[] {
  return namesOf(pod).filter((name) => !secrets.get(pod.metadata.namespace, name));
}

type Entry = Credential & { readonly key: string };

/**
 * Credentials the pod has for `repository` (with its registry: `docker.io/library/redis`), most specific first
 * (https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/credentialprovider/keyring.go, Lookup).
 * @throws SyntaxError when a pull Secret is no JSON; then nothing can be pulled at all.
 */
export function credentialsFor(pod: Pod, secrets: Secrets, repository: string): readonly Credential[] {
  const entries = namesOf(pod)
    .flatMap((name) => entriesOf(secrets.get(pod.metadata.namespace, name)))
    .toSorted((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0));
  const fitting = entries.filter(({ key }) => fits(key, repository));
  if (fitting.length > 0) return fitting;
  const isHub = repository.startsWith('docker.io/') || repository.startsWith('index.docker.io/');
  return isHub ? entries.filter(({ key }) => key === 'index.docker.io') : [];
}

/** Why the pod's pull Secrets cannot be read: the error of Go's JSON decoder. */
export function pullSecretError(pod: Pod, secrets: Secrets): string | undefined {
  for (const name of namesOf(pod)) {
    const text = configOf(secrets.get(pod.metadata.namespace, name))?.text ?? '{}';
    try {
      JSON.parse(text);
    } catch {
      const first = text.trimStart()[0];
      if (first === undefined || /[[{"\d]/.test(first)) return 'unexpected end of JSON input';
      return `invalid character '${first}' looking for beginning of value`;
    }
  }
  return undefined;
}

/** Any other type is ignored in silence, also when the key is there (credentialprovider/secrets/secrets.go). */
const KINDS = [
  { type: 'kubernetes.io/dockerconfigjson', key: '.dockerconfigjson', isNested: true },
  { type: 'kubernetes.io/dockercfg', key: '.dockercfg', isNested: false },
] as const;

function configOf(secret: Secret | undefined): { text: string; isNested: boolean } | undefined {
  for (const { type, key, isNested } of KINDS) {
    const value = secret?.type === type ? secret.data?.[key] : undefined;
    if (value) return { text: Buffer.from(value, 'base64').toString('utf8'), isNested };
  }
  return undefined;
}

function entriesOf(secret: Secret | undefined): readonly Entry[] {
  const config = configOf(secret);
  if (!secret || !config) return [];
  const parsed: unknown = JSON.parse(config.text);
  const auths = config.isNested ? fieldOf(parsed, 'auths') : parsed;
  if (typeof auths !== 'object' || auths === null) return [];
  return Object.entries(auths).map(([location, entry]: [string, unknown]) => {
    const [user = '', ...rest] = Buffer.from(textOf(entry, 'auth'), 'base64').toString('utf8').split(':');
    return {
      id: `${secret.metadata.namespace ?? ''}/${secret.metadata.name}`,
      key: keyOf(location),
      username: textOf(entry, 'username') || user,
      password: textOf(entry, 'password') || rest.join(':'),
    };
  });
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[field]
    : undefined;
}

function textOf(value: unknown, field: string): string {
  const found = fieldOf(value, field);
  return typeof found === 'string' ? found : '';
}

/** Without scheme; `/v1/` and `/v2/` mean the whole host, `/v2` without the slash means a path. */
function keyOf(location: string): string {
  const [host = '', ...path] = location.replace(/^https?:\/\//, '').split('/');
  const whole = path.length === 0 ? '' : `/${path.join('/')}`;
  const rest = /^\/v[12]\//.test(whole) ? whole.slice(3) : whole;
  return rest === '' || rest === '/' ? host : host + rest;
}

/** Host labels one by one, `*` within a label; equal ports; the path is a plain prefix (URLsMatch). */
function fits(key: string, repository: string): boolean {
  const wanted = split(key);
  const given = split(repository);
  if (wanted.port !== given.port || wanted.labels.length !== given.labels.length) return false;
  if (!given.path.startsWith(wanted.path)) return false;
  return wanted.labels.every((label, index) => {
    const pattern = label
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.');
    return new RegExp(`^${pattern}$`).test(given.labels[index] ?? '');
  });
}

function split(location: string): { labels: readonly string[]; port: string; path: string } {
  const slash = location.indexOf('/');
  const authority = slash < 0 ? location : location.slice(0, slash);
  const [host = '', port = ''] = authority.split(':');
  return { labels: host.split('.'), port, path: slash < 0 ? '' : location.slice(slash) };
}
