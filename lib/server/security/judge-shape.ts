/** What is wrong with the form of a request, before anybody looks at what it asks for. */
export type ShapeFacts = {
  /** As sent in the request line. */
  readonly target: string;
  /** Names and values alternating, as received. */
  readonly rawHeaders: readonly string[];
};

/** Headers that may appear once only: two of them mean two readers of the request disagree. */
const SINGLE = new Set([
  'host',
  'origin',
  'content-type',
  'content-length',
  'sec-fetch-site',
  'sec-fetch-mode',
]);

/**
 * Headers by which Next talks to itself, or that start features this product does not have (server actions, resumed
 * rendering, middleware). From outside they are attacks: CVE-2025-29927 skipped middleware by one of them.
 * `rsc` and `next-router-*` are not here: Next's own browser code sends them to fetch a page's data.
 */
const HOSTILE = [
  /^x-middleware-/,
  /^x-nextjs-/,
  /^x-next-/,
  /^x-invoke-/,
  /^x-matched-path$/,
  /^x-now-route-matches$/,
  /^x-prerender-revalidate/,
  /^x-original-url$/,
  /^x-rewrite-url$/,
  /^x-http-method/,
  /^next-action/,
  /^next-resume/,
  /^expect$/,
];

/** In development Next's browser code numbers its requests. */
const DEVELOPMENT = /^x-nextjs-(html-)?request-id$/;

/** Set by proxies; believed by Next when it builds URLs. Nothing here needs them. */
const FORWARDING = /^(forwarded|x-forwarded-.*|x-real-ip|x-nonce|content-security-policy(-report-only)?)$/;

/** The longest sensible target: a context name, a filter. */
const MAX_TARGET = 8_192;

/**
 * Answers the reason for a 400, or undefined. Paths are stricter than URLs allow: the names in ours (ids, namespaces,
 * pods) never need an encoded slash, dot segment, semicolon or control character, so these only ever mean mischief.
 */
export function shapeProblem(facts: ShapeFacts, options: { dev: boolean }): string | undefined {
  return targetProblem(facts.target) ?? headerProblem(facts.rawHeaders, options.dev);
}

function targetProblem(target: string): string | undefined {
  if (!target.startsWith('/') || target.startsWith('//')) return 'The request target must be a path.';
  if (target.length > MAX_TARGET) return 'The request target is too long.';
  // Whitespace and control characters never are in a request line; beyond ASCII only by a broken client.
  if (!/^[\x21-\x7e]+$/.test(target)) return 'The request target has characters that must be encoded.';
  const [path = ''] = target.split('?', 1);
  if (/[\\;#]/.test(path)) return 'The path has a character that is not served.';
  if (!isDecodable(path)) return 'The path has a broken escape.';
  if (/%(2f|5c|25|3b|3f|23|[01][0-9a-f]|7f)/i.test(path)) return 'The path hides a separator.';
  if (path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) {
    return 'The path has a dot segment.';
  }
  if (path.slice(1).includes('//')) return 'The path has an empty segment.';
  return undefined;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function headerProblem(rawHeaders: readonly string[], dev: boolean): string | undefined {
  const seen = new Set<string>();
  for (const name of headerNames(rawHeaders)) {
    if (SINGLE.has(name) && seen.has(name)) return `The header ${name} was sent twice.`;
    seen.add(name);
    if (dev && DEVELOPMENT.test(name)) continue;
    if (HOSTILE.some((pattern) => pattern.test(name)))
      return 'The request has a header that is not accepted.';
  }
  return undefined;
}

function headerNames(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
}

/** Headers to take off before Next sees the request: a client must not choose our nonce or our own address. */
export function forwardingHeaders(rawHeaders: readonly string[]): string[] {
  return headerNames(rawHeaders).filter((name) => FORWARDING.test(name));
}
