import type { ResourceRequest } from '#lib/sandbox/apiserver/server-context.ts';
import type { Writer } from '#lib/sandbox/apiserver/objects/managed-fields.ts';

/** Who a write is recorded under: `fieldManager`, else the first part of the User-Agent, as in managedfields.go. */
export function writerOf(
  { query, userAgent, subresource }: ResourceRequest,
  operation: Writer['operation'],
): Writer {
  const manager = query.get('fieldManager') ?? userAgent.split('/')[0] ?? '';
  return {
    manager: manager === '' ? 'unknown' : manager,
    operation,
    ...(subresource !== undefined && { subresource }),
  };
}
