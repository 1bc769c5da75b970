import type { ClusterConnection } from '#lib/kube/connection.ts';
import { openLog } from '#lib/kube/logs.ts';
import { AppError } from '#lib/server/app-error.ts';
import type { LogRequest } from '#lib/server/runtime.ts';
import { asAppError } from './as-app-error.ts';

/** @throws AppError when the log cannot be read, with the permission it needs. */
export async function readPodLog(
  connection: ClusterConnection,
  { tail, ...request }: LogRequest,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const opened = await openLog(connection, { ...request, tailLines: tail }, signal).catch(asAppError);
  if (opened.kind === 'stream') return opened.body;
  throw new AppError(opened.reason === 'forbidden' ? 'forbidden' : 'not_found', opened.message, {
    hint: opened.reason === 'forbidden' ? `Needs: get pods/log in ${request.namespace}.` : undefined,
  });
}
