import { maskCredentials } from './mask.ts';

export type NetworkFailure =
  'dns' | 'refused' | 'unreachable' | 'reset' | 'timeout' | 'tls' | 'proxy' | 'other';

/** There was no answer at all. `message` is one plain sentence. */
export class ApiNetworkError extends Error {
  override readonly name = 'ApiNetworkError';
  readonly failure: NetworkFailure;

  constructor(failure: NetworkFailure, message: string, options?: ErrorOptions) {
    super(maskCredentials(message), options);
    this.failure = failure;
  }
}

const FAILURES: Readonly<Record<string, NetworkFailure>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  EPROTO: 'tls',
  UND_ERR_PRX_TLS: 'proxy',
  UND_ERR_PRX_CONN: 'proxy',
};

const TLS_SENTENCES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'Its certificate has expired.',
  CERT_NOT_YET_VALID: 'Its certificate is not valid yet: is the clock of this machine right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Its certificate is for another name.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Its certificate is self-signed and the kubeconfig names no authority for it.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Its certificate comes from an authority the kubeconfig does not name.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Its certificate comes from an authority the kubeconfig does not name.',
  UNABLE_TO_GET_ISSUER_CERT: 'Its certificate comes from an authority the kubeconfig does not name.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Its certificate comes from an authority the kubeconfig does not name.',
  CERT_SIGNATURE_FAILURE: 'Its certificate was not signed by the authority in the kubeconfig.',
};

/**
 * Classifies what undici or the kernel threw, by error code. `server` is host and port of the API server.
 * An abort by the caller is not a network failure: callers check their signal first.
 */
export function networkError(error: unknown, server: string): ApiNetworkError {
  const codes = errorCodes(error);
  const tls = codes.find(
    (code) => code in TLS_SENTENCES || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_'),
  );
  const known = codes.find((code) => code in FAILURES);
  const failure = isProxyRefusal(error)
    ? 'proxy'
    : tls
      ? 'tls'
      : known
        ? (FAILURES[known] ?? 'other')
        : 'other';
  return new ApiNetworkError(failure, sentence(failure, { server, tls, error }), { cause: error });
}

function sentence(
  failure: NetworkFailure,
  { server, tls, error }: { server: string; tls: string | undefined; error: unknown },
): string {
  switch (failure) {
    case 'dns':
      return `The name of the API server ${server} cannot be resolved.`;
    case 'refused':
      return `The API server ${server} refuses connections.`;
    case 'unreachable':
      return `There is no network route to the API server ${server}.`;
    case 'reset':
      return `The connection to the API server ${server} broke.`;
    case 'timeout':
      return `The API server ${server} does not answer.`;
    case 'tls':
      return `The API server ${server} cannot be trusted. ${TLS_SENTENCES[tls ?? ''] ?? `TLS failed (${tls ?? 'handshake'}).`}`;
    case 'proxy':
      return `The proxy did not connect to the API server ${server}: ${messageOf(error)}.`;
    case 'other':
      return `The API server ${server} cannot be reached: ${messageOf(error)}.`;
  }
}

/** Codes of the error, its causes and the parts of an AggregateError (happy eyeballs), outermost first. */
function errorCodes(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const parts: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return [...own, ...[error.cause, ...parts].flatMap((inner) => errorCodes(inner, depth + 1))];
}

/** undici's ProxyAgent reports a refused CONNECT as an abort or a plain error naming the status. */
const isProxyRefusal = (error: unknown) => /proxy response \(\d+\)/i.test(messageOf(error));

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]?.replace(/[.\s]+$/, '') ?? '';
}
