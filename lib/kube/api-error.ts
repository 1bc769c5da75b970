import { maskCredentials } from './mask.ts';

/** What `metav1.Status` says about a failed request; see `ApiStatusError`. */
export type StatusDetails = {
  readonly kind?: string;
  readonly name?: string;
  readonly causes: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
};

/**
 * The API server (or something in front of it) answered, and the answer is a failure.
 * `message` is fit to be shown: one sentence or the server's own text, credentials masked.
 */
export class ApiStatusError extends Error {
  override readonly name = 'ApiStatusError';
  /** HTTP status; for ERROR events of a watch the `code` of the Status. */
  readonly code: number;
  /** `Status.reason` ("Forbidden", "Expired", ...), '' when the answer was not a Status. */
  readonly reason: string;
  readonly details: StatusDetails;
  /** From `Retry-After` or `details.retryAfterSeconds`. */
  readonly retryAfterMs?: number;

  constructor(
    message: string,
    fields: { code: number; reason?: string; details?: StatusDetails; retryAfterMs?: number },
  ) {
    super(maskCredentials(message));
    this.code = fields.code;
    this.reason = fields.reason ?? '';
    this.details = fields.details ?? { causes: [] };
    this.retryAfterMs = fields.retryAfterMs;
  }
}

/** An answer that is not the Kubernetes API speaking: an HTML page with status 200, a torn or garbled line. */
export class ApiProtocolError extends Error {
  override readonly name = 'ApiProtocolError';
}

const NO_DETAILS: StatusDetails = { causes: [] };
const MAX_MESSAGE = 2_000;

/** Turns a failed answer into an `ApiStatusError`. `body` is the text of the answer, possibly cut short. */
export function apiStatusError(
  code: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): ApiStatusError {
  const retryAfterMs = retryAfter(headers['retry-after'], headers['date']);
  const status = parseStatus(body);
  if (status) {
    return statusToError({
      ...status,
      code: status.code || code,
      retryAfterMs: retryAfterMs ?? status.retryAfterMs,
    });
  }
  return new ApiStatusError(plainMessage(code, headers, body), { code, retryAfterMs });
}

/** The `object` of an ERROR event of a watch. */
export function watchStatusError(status: unknown): ApiStatusError {
  const parsed = readStatus(status);
  return statusToError(
    parsed ?? { code: 500, reason: '', message: 'The watch failed without a reason.', details: NO_DETAILS },
  );
}

type ParsedStatus = {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details: StatusDetails;
  readonly retryAfterMs?: number;
};

function statusToError({ message, ...fields }: ParsedStatus): ApiStatusError {
  if (fields.code === 401) message = 'The API server does not accept these credentials (401).';
  return new ApiStatusError(
    message || `The API server answered ${fields.code} ${fields.reason}`.trim() + '.',
    fields,
  );
}

function parseStatus(body: string): ParsedStatus | undefined {
  if (!body.trimStart().startsWith('{')) return undefined;
  try {
    return readStatus(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function readStatus(value: unknown): ParsedStatus | undefined {
  if (!isRecord(value) || value['kind'] !== 'Status') return undefined;
  const details = isRecord(value['details']) ? value['details'] : {};
  const seconds = details['retryAfterSeconds'];
  return {
    code: typeof value['code'] === 'number' ? value['code'] : 0,
    reason: textOf(value['reason']),
    message: textOf(value['message']).slice(0, MAX_MESSAGE),
    details: {
      kind: textOf(details['kind']) || undefined,
      name: textOf(details['name']) || undefined,
      causes: (Array.isArray(details['causes']) ? details['causes'] : []).filter(isRecord).map((cause) => ({
        reason: textOf(cause['reason']),
        message: textOf(cause['message']),
        field: textOf(cause['field']),
      })),
    },
    retryAfterMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined,
  };
}

/** A sentence for an answer that is not a Status: load balancers, captive portals, redirects, empty bodies. */
function plainMessage(code: number, headers: Readonly<Record<string, string>>, body: string): string {
  if (code >= 300 && code < 400) {
    const target = hostOf(headers['location']);
    return `The API server answered with a redirect (${code})${target ? ` to ${target}` : ''}, which is not followed.`;
  }
  if (code === 407) return 'The proxy in front of the API server wants a login (407).';
  const text = body.trim();
  if (text === '') return `The API server answered ${code} with an empty body.`;
  if (isHtml(headers['content-type'], text)) {
    const title = /<title[^>]*>([^<]{1,120})/i.exec(text)?.[1]?.trim();
    return `Something in front of the API server answered ${code} with a web page${title ? ` ("${title}")` : ''}.`;
  }
  return `The API server answered ${code}: ${text.slice(0, 300)}`;
}

/** For a success status with a body that is not JSON. */
export function notJsonError(contentType: string | undefined, body: string): ApiProtocolError {
  const text = body.trim();
  if (text === '') return new ApiProtocolError('The API server answered with an empty body.');
  return isHtml(contentType, text)
    ? new ApiProtocolError(
        'A web page came instead of the Kubernetes API: a login portal or a proxy is in between.',
      )
    : new ApiProtocolError('The answer is not JSON: this does not look like a Kubernetes API server.');
}

const isHtml = (contentType: string | undefined, text: string) =>
  contentType?.includes('html') === true || /^<(!doctype|html|head|body)\b/i.test(text);

function hostOf(location: string | undefined): string | undefined {
  return location && URL.canParse(location) ? new URL(location).host : undefined;
}

/** `Retry-After` in both forms (RFC 9110, 10.2.3); the date form is measured against the server's own `Date`. */
function retryAfter(value: string | undefined, date: string | undefined): number | undefined {
  if (!value) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const waitMs = Date.parse(value) - Date.parse(date ?? '');
  return Number.isFinite(waitMs) && waitMs > 0 ? waitMs : undefined;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
