import type { ApiErrorBody, ApiErrorCode } from '#lib/contract/error.ts';

/** HTTP status of every error code. */
export const ERROR_STATUS: Record<ApiErrorCode, number> = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  refused: 422,
  unsupported_media_type: 415,
  unavailable: 503,
  internal: 500,
};

/** An error whose message is written for the reader of the answer. `hint` says what they can do. */
export class AppError extends Error {
  readonly code: ApiErrorCode;
  readonly hint: string | undefined;

  constructor(code: ApiErrorCode, message: string, options: ErrorOptions & { hint?: string } = {}) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** By shape: Next bundles a second copy of this class, and folders below `server` throw look-alikes. */
export function isAppError(error: unknown): error is AppError {
  return (
    error instanceof Error &&
    error.name === 'AppError' &&
    'code' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(ERROR_STATUS, error.code)
  );
}

export function errorBody(code: ApiErrorCode, message: string, hint?: string): ApiErrorBody {
  return { error: { code, message, ...(hint === undefined ? {} : { hint }) } };
}
