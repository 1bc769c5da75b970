/** A request path built by `apiPath`: the only way to name something of the API server. */
export type ApiPath = string & { readonly __apiPath: true };

/** A name that cannot be a path segment: empty, a dot segment, or not well-formed Unicode. */
export class PathSegmentError extends Error {
  override readonly name = 'PathSegmentError';
}

/**
 * Builds a path from a template: literal parts stay, every `${value}` becomes exactly one encoded segment.
 * No value can change the host, add a segment, or open a query.
 *
 *     apiPath`/api/v1/namespaces/${namespace}/pods/${pod}/log`
 *
 * @throws PathSegmentError for '', '.', '..' (proxies resolve dot segments even when encoded) and lone surrogates.
 */
export function apiPath(literals: TemplateStringsArray, ...values: readonly string[]): ApiPath {
  const path = literals.reduce((built, literal, at) => built + encodeSegment(values[at - 1] ?? '') + literal);
  return path as ApiPath;
}

/** Appends one encoded segment to a path: `underPath(podsPath, name)`. */
export function underPath(path: ApiPath, segment: string): ApiPath {
  return `${path}/${encodeSegment(segment)}` as ApiPath;
}

function encodeSegment(value: string): string {
  if (value === '' || value === '.' || value === '..') {
    throw new PathSegmentError(`${JSON.stringify(value)} cannot be a name in the Kubernetes API.`);
  }
  if (!value.isWellFormed()) throw new PathSegmentError('A name contains broken Unicode.');
  return encodeURIComponent(value);
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** `?a=1&b=x`, or '' when nothing is set. Undefined values are left out. */
export function queryString(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}
