import type { ApiErrorCode } from '#lib/contract/error.ts';
import type { AccessPolicy } from '#lib/server/access-policy.ts';

export type RequestFacts = {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** Undefined when missing or sent twice. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
  readonly secFetchMode: string | undefined;
  readonly secFetchDest: string | undefined;
  readonly contentType: string | undefined;
};

export type Verdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly status: number;
      readonly code: ApiErrorCode;
      readonly message: string;
    };

const ALLOWED: Verdict = { allowed: true };
const refuse = (status: number, code: ApiErrorCode, message: string): Verdict => ({
  allowed: false,
  status,
  code,
  message,
});

const READS = new Set(['GET', 'HEAD']);
/** `none`: typed into the address bar, a bookmark. */
const OWN_SITES = new Set(['same-origin', 'none']);
const JSON_TYPE = /^application\/json\s*(;\s*charset=utf-8\s*)?$/i;

export const isApiPath = (path: string) => path === '/api' || path.startsWith('/api/');
export const isAssetPath = (path: string) => path.startsWith('/_next/') || path.startsWith('/__nextjs');

/**
 * Decides whether a request may be answered at all. Asked twice on purpose: by the HTTP server for everything and by
 * `route()` in every API handler, so that neither a bug in front nor in a handler opens the door.
 *
 * The threats: a web page in the engineer's browser (cross-site requests, forms, frames, images, event streams, other
 * ports of localhost, which browsers call same-site) and a rebound DNS name.
 * Fetch metadata: https://www.w3.org/TR/fetch-metadata/
 */
export function judgeRequest(facts: RequestFacts, policy: Pick<AccessPolicy, 'hosts' | 'origins'>): Verdict {
  if (facts.host === undefined || !policy.hosts.includes(facts.host.toLowerCase())) {
    return refuse(421, 'forbidden', 'This host name is not served here.');
  }
  const isApi = isApiPath(facts.path);
  const isRead = READS.has(facts.method);
  if (!isRead && !(isApi && facts.method === 'POST')) {
    return refuse(405, 'bad_request', `${isApi ? 'API paths' : 'Pages'} do not answer this method.`);
  }
  if (facts.origin !== undefined && !policy.origins.includes(facts.origin)) {
    return refuse(403, 'forbidden', 'Requests from other origins are refused.');
  }
  const site = facts.secFetchSite;
  if (site !== undefined && !OWN_SITES.has(site) && !(isLinkToPage(facts) && !isApi)) {
    return refuse(403, 'forbidden', 'Requests from other sites are refused.');
  }
  return isRead ? ALLOWED : judgeWrite(facts);
}

/** A link from another site (a chat message, a ticket) may open a page, as the whole window only. */
function isLinkToPage(facts: RequestFacts): boolean {
  return (
    facts.method === 'GET' &&
    !isAssetPath(facts.path) &&
    (facts.secFetchSite === 'cross-site' || facts.secFetchSite === 'same-site') &&
    facts.secFetchMode === 'navigate' &&
    facts.secFetchDest === 'document'
  );
}

/** A form can send neither JSON nor a missing Origin; a page on another origin needs a preflight, which nobody answers. */
function judgeWrite(facts: RequestFacts): Verdict {
  if (facts.origin === undefined) {
    return refuse(403, 'forbidden', 'Requests that change something must carry an Origin header.');
  }
  if (!JSON_TYPE.test(facts.contentType ?? '')) {
    return refuse(415, 'unsupported_media_type', 'The body must be application/json.');
  }
  return ALLOWED;
}
