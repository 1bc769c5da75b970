import { asText, asWire, asWires, epochMs, isWire, type Wire } from './to-model/wire.ts';

/** What is ever kept of a Secret. No value, no part of one. */
export type SecretSummary = {
  readonly name: string;
  readonly namespace: string;
  readonly type: string;
  readonly keys: readonly string[];
  readonly createdAt: number;
  /** When the data was last written; undefined when the field managers are not told (then: since `createdAt`). */
  readonly dataUpdatedAt?: number;
  /**
   * Only for pull secrets: the addresses of `auths` as the kubelet compares them: letter case, port and path as written, without
   * scheme and login ("ghcr.io/acme", "index.docker.io/v1/").
   */
  readonly registryHosts?: readonly string[];
  /** Only for pull secrets: who logs in, in the order of the hosts; '' where it cannot be told. */
  readonly userNames?: readonly string[];
  /** Only for pull secrets: when the earliest password says that it expires, epoch ms. ECR writes it into its tokens. */
  readonly tokenExpiresAt?: number;
  /** A pull secret whose content is not the JSON the kubelet expects. */
  readonly malformed?: boolean;
};

/** Pull secret type to the key that holds its JSON, and whether the registries are under `auths` in it. */
const PULL_SECRETS: Readonly<Record<string, { readonly key: string; readonly nested: boolean }>> = {
  'kubernetes.io/dockerconfigjson': { key: '.dockerconfigjson', nested: true },
  'kubernetes.io/dockercfg': { key: '.dockercfg', nested: false },
};

/** The one place where a Secret off the wire becomes something the product may hold. */
export function secretSummary(secret: Wire): SecretSummary {
  const meta = asWire(secret['metadata']);
  const data = asWire(secret['data']);
  const type = asText(secret['type'], 'Opaque');
  return {
    name: asText(meta['name']),
    namespace: asText(meta['namespace']),
    type,
    keys: Object.keys(data).toSorted(),
    createdAt: epochMs(meta['creationTimestamp']) ?? 0,
    dataUpdatedAt: dataUpdatedAt(meta),
    ...pullSecretSummary(type, data),
  };
}

function pullSecretSummary(
  type: string,
  data: Wire,
): Pick<SecretSummary, 'registryHosts' | 'userNames' | 'tokenExpiresAt' | 'malformed'> {
  const format = PULL_SECRETS[type];
  if (!format) return {};
  const config = parseJson(Buffer.from(asText(data[format.key]), 'base64').toString('utf8'));
  const auths = format.nested && isWire(config) ? config['auths'] : config;
  if (!isWire(auths)) return { registryHosts: [], userNames: [], malformed: true };
  const registries = Object.entries(auths).map(([address, login]) => ({
    host: addressOf(address),
    user: userOf(login),
  }));
  const expiries = Object.values(auths).flatMap((login) => expiryOf(login) ?? []);
  return {
    registryHosts: registries.map(({ host }) => host),
    userNames: registries.map(({ user }) => user),
    ...(expiries.length > 0 ? { tokenExpiresAt: Math.min(...expiries) } : {}),
  };
}

/** The password of ECR is base64 of JSON with `expiration` in epoch seconds; not documented, so anything else says nothing. */
function expiryOf(login: unknown): number | undefined {
  if (!isWire(login) || userOf(login) !== 'AWS') return undefined;
  const pair = Buffer.from(asText(login['auth']), 'base64').toString('utf8');
  const password = asText(login['password']) || pair.slice(pair.indexOf(':') + 1);
  const token = parseJson(Buffer.from(password, 'base64').toString('utf8'));
  const seconds = isWire(token) ? token['expiration'] : undefined;
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined;
}

/**
 * The kubelet takes off `http://` and `https://`, no other scheme, and compares host, port and path; a login in the address, a query and
 * a fragment are parts of a URL it does not look at, and may hold a password.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/credentialprovider/keyring.go (Add)
 */
function addressOf(address: string): string {
  const bare = address.replace(/^https?:\/\//, '').split(/[?#]/, 1)[0] ?? '';
  return bare.slice(bare.lastIndexOf('@') + 1);
}

function userOf(login: unknown): string {
  if (!isWire(login)) return '';
  const named = asText(login['username']);
  if (named !== '') return named;
  const pair = Buffer.from(asText(login['auth']), 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  // Without a colon this is no user:password, and may be a bare token.
  return colon > 0 ? pair.slice(0, colon) : '';
}

/** Newest field manager entry that owns part of `data`; labels and annotations do not count. */
function dataUpdatedAt(meta: Wire): number | undefined {
  const times = asWires(meta['managedFields'])
    .filter((entry) => 'f:data' in asWire(entry['fieldsV1']))
    .flatMap((entry) => epochMs(entry['time']) ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
