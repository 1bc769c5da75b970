import type { ApiErrorBody, ApiErrorCode } from '#lib/contract/error.ts';

/** A failed request: what the server said, or that nobody answered. */
export class ApiError extends Error {
  readonly code: ApiErrorCode | 'offline';
  readonly status: number;
  readonly hint: string | undefined;

  constructor(
    failure: { code: ApiErrorCode | 'offline'; status: number; message: string; hint?: string },
    options?: ErrorOptions,
  ) {
    super(failure.message, options);
    this.name = 'ApiError';
    this.code = failure.code;
    this.status = failure.status;
    this.hint = failure.hint;
  }
}

function isErrorBody(body: unknown): body is ApiErrorBody {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false;
  const { error } = body;
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}

/** Reads the body of a failed answer. A body of another shape (a proxy's page) still gives a sentence. */
export async function toApiError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isErrorBody(body)) return new ApiError({ ...body.error, status: response.status });
  return new ApiError({
    code: response.status >= 500 ? 'unavailable' : 'bad_request',
    status: response.status,
    message: `The server answered ${response.status}.`,
  });
}
