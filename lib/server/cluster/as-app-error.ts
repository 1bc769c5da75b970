import { IntentReusedError } from '#lib/actions/receipts.ts';
import { ApiStatusError } from '#lib/kube/api-error.ts';
import { AppError } from '#lib/server/app-error.ts';

/** @throws AppError what the reader can act on; other errors are ours and pass through. */
export function asAppError(error: unknown): never {
  if (error instanceof IntentReusedError) throw new AppError('conflict', error.message, { cause: error });
  if (error instanceof ApiStatusError) {
    const code = ({ 403: 'forbidden', 404: 'not_found' } as const)[error.code] ?? 'unavailable';
    throw new AppError(code, error.message, { cause: error });
  }
  if (error instanceof Error && error.name === 'ApiNetworkError')
    throw new AppError('unavailable', error.message, { cause: error });
  throw error;
}
