import { isApiPath, isAssetPath } from './judge-request.ts';

export type PageKind = { readonly path: string; readonly nonce: string; readonly dev: boolean };

/**
 * The policy of pages. Scripts run by nonce only; `strict-dynamic` lets those load Next's chunks. Style elements need
 * the nonce as well; style attributes are allowed because positions of bars and rows are computed (they cannot run
 * anything, and `connect-src`/`img-src` leave them no way to send data out).
 */
export function pageContentSecurityPolicy({ nonce, dev }: Pick<PageKind, 'nonce' | 'dev'>): string {
  return [
    "default-src 'none'",
    // React's development build evaluates strings to rebuild server stack traces.
    `script-src 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    // Next's development overlay inserts style elements without a nonce.
    dev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A worker lives under the policy its own script was sent with. */
const ASSET_CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";

/** Data opened directly in a tab: nothing runs, nothing loads. */
export const DATA_CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

const COMMON: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
  'x-dns-prefetch-control': 'off',
  vary: 'Origin, Sec-Fetch-Site',
};

const STATIC_PREFIX = '/_next/static/';

/** Headers every answer ends with, whatever Next or a handler set. `cacheControl` is what they set. */
export function responseHeaders(
  kind: PageKind,
  cacheControl: string | undefined,
  status: number,
): Readonly<Record<string, string>> {
  return {
    ...COMMON,
    'content-security-policy': contentSecurityPolicy(kind),
    'cache-control': cacheControlOf(kind, cacheControl, status),
  };
}

function contentSecurityPolicy(kind: PageKind): string {
  if (isApiPath(kind.path)) return DATA_CONTENT_SECURITY_POLICY;
  if (isAssetPath(kind.path) && !kind.dev) return ASSET_CONTENT_SECURITY_POLICY;
  return pageContentSecurityPolicy(kind);
}

/** File names under `/_next/static` carry a hash of their content; everything else shows a cluster and is not kept. */
function cacheControlOf({ path, dev }: PageKind, wanted: string | undefined, status: number): string {
  if (path.startsWith(STATIC_PREFIX) && !dev && status < 400) return 'public, max-age=31536000, immutable';
  // `no-transform` keeps compression, which buffers, away from event streams.
  return wanted?.includes('no-transform') ? 'no-store, no-transform' : 'no-store';
}
