import type { ImageReference } from './image-reference.ts';

/** What a pull fails with: while the name is resolved, or while layers come in. */
export type PullFailure = { readonly stage: 'resolve' | 'unpack' | 'copy'; readonly why: string };

/** How a registry tells anonymous callers, and those with the wrong credentials, that they may not. */
export type Denial = {
  readonly anonymous: (reference: ImageReference) => string;
  readonly refused: (reference: ImageReference) => string;
};

export type RegistryHost = {
  readonly denial: Denial;
  /** Nothing can be pulled from it at all. */
  readonly down?: (reference: ImageReference) => string;
  /** How long a pull tries before it gives up, ms. */
  readonly downAfterMs?: number;
  /** Credentials older than this are refused, as tokens of cloud registries are. */
  readonly tokenLifeMs?: number;
};

const manifestUrl = ({ registry, repository, tag, digest }: ImageReference): string => {
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  return `https://${host}/v2/${repository.slice(registry.length + 1)}/manifests/${digest ?? tag}`;
};
const request = (reference: ImageReference, why: string): string =>
  `failed to do request: Head "${manifestUrl(reference)}": ${why}`;

const scope = ({ registry, repository }: ImageReference): string =>
  encodeURIComponent(`repository:${repository.slice(registry.length + 1)}:pull`);

/** A registry with its own token service, as ghcr.io: says 403 to strangers, absent or private alike. */
const tokenService: Denial = {
  anonymous: (reference) =>
    `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://${reference.registry}/token?scope=${scope(reference)}&service=${reference.registry}: 403 Forbidden`,
  refused: (reference) =>
    `failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://${reference.registry}/token?scope=${scope(reference)}&service=${reference.registry}: 403 Forbidden`,
};

const hub: Denial = {
  anonymous: () =>
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  refused: () =>
    'failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.docker.io/token: 401 Unauthorized',
};

/** Asks for a password and has no token service, as Harbor, Nexus and ECR do. */
const basic: Denial = {
  anonymous: () =>
    'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
  refused: (reference) => `unexpected status from HEAD request to ${manifestUrl(reference)}: 403 Forbidden`,
};

const unavailable = (reference: ImageReference): string =>
  `unexpected status from HEAD request to ${manifestUrl(reference)}: 503 Service Unavailable`;

const HOUR_MS = 3_600_000;

/** Registries that can be reached, or fail in their own way; any other host does not resolve. */
const HOSTS: Readonly<Record<string, RegistryHost>> = {
  'docker.io': { denial: hub },
  'ghcr.io': { denial: tokenService },
  'quay.io': {
    denial: {
      anonymous: () => 'unexpected status from HEAD request: 401 UNAUTHORIZED',
      refused: (reference) =>
        `unexpected status from HEAD request to ${manifestUrl(reference)}: 401 Unauthorized`,
    },
  },
  'registry.k8s.io': { denial: tokenService },
  'gcr.io': { denial: tokenService },
  'harbor.acme.example': { denial: basic },
  '123456789012.dkr.ecr.eu-west-1.amazonaws.com': { denial: basic, tokenLifeMs: 12 * HOUR_MS },
  'registry.acme.example': {
    denial: basic,
    down: (reference) =>
      request(reference, 'tls: failed to verify certificate: x509: certificate signed by unknown authority'),
  },
  'expired.acme.example': {
    denial: basic,
    down: (reference) =>
      request(
        reference,
        'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-01-05T12:00:00Z is after 2026-01-01T00:00:00Z',
      ),
  },
  'registry.acme.example:5000': {
    denial: basic,
    down: (reference) => request(reference, 'http: server gave HTTP response to HTTPS client'),
  },
  'slow.acme.example': {
    denial: basic,
    down: (reference) => request(reference, 'dial tcp 203.0.113.20:443: i/o timeout'),
    downAfterMs: 30_000,
  },
  'down.acme.example': {
    denial: basic,
    down: (reference) => request(reference, 'dial tcp 203.0.113.21:443: connect: connection refused'),
  },
  'cache.acme.example': { denial: basic, down: unavailable },
  'broken.acme.example': {
    denial: basic,
    down: unavailable,
  },
};

export const registryHost = ({ registry }: ImageReference): RegistryHost | undefined => HOSTS[registry];

/** The resolver of the node knows no such name. */
export const unknownHost = (reference: ImageReference): string =>
  request(reference, `dial tcp: lookup ${reference.registry.split(':')[0] ?? ''}: no such host`);

/** The code before a runtime's error; the kubelet drops it only when it is Unknown. */
export const NOT_FOUND = 'rpc error: code = NotFound desc = ';

/** The whole error as containerd reports it. */
export function pullError(
  { full, registry, repository }: ImageReference,
  { stage, why }: PullFailure,
): string {
  const code = why.endsWith(': not found') ? NOT_FOUND : '';
  const prefix = `${code}failed to pull and unpack image "${full}": `;
  if (stage === 'resolve') return `${prefix}failed to resolve reference "${full}": ${why}`;
  if (stage === 'copy') {
    return `${prefix}failed to copy: httpReadSeeker: failed open: ${why.replace('{repository}', repository.slice(registry.length + 1))}`;
  }
  return prefix + why;
}
