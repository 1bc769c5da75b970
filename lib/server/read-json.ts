import { AppError } from './app-error.ts';

/** Requests of the API are short sentences: an action and its precondition. */
export const MAX_BODY_BYTES = 65_536;

/**
 * Reads the body as JSON, counting bytes as they come.
 * @throws AppError bad_request when it is too large, not UTF-8 or not JSON.
 */
export async function readJson(request: Request): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new AppError('bad_request', `body: larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch (error) {
    throw new AppError('bad_request', 'body: not valid JSON', { cause: error });
  }
}
