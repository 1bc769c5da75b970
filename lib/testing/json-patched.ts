import { ApiStatusError } from '#lib/kube/api-error.ts';
import type { Wire } from '#lib/kube/to-model/wire.ts';

export type Operation = { readonly op: string; readonly path: string; readonly value?: unknown };

/** The object after a JSON Patch. @throws ApiStatusError 422 as kube-apiserver does when a `test` fails. */
export function patched(object: Wire, operations: readonly Operation[]): Wire {
  const next = structuredClone(object);
  for (const operation of operations) apply(next, operation);
  return next;
}

function apply(target: Wire, { op, path, value }: Operation): void {
  const segments = path
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = segments.pop() ?? '';
  const parent = segments.reduce<unknown>(
    (node, segment) => (node as Record<string, unknown> | undefined)?.[segment],
    target,
  );
  if (typeof parent !== 'object' || parent === null) throw unprocessable();
  const fields = parent as Record<string, unknown>;
  if (op === 'test') {
    if (JSON.stringify(fields[last]) !== JSON.stringify(value)) throw unprocessable();
  } else if (op === 'remove') {
    if (!(last in fields)) throw unprocessable();
    delete fields[last];
  } else {
    fields[last] = structuredClone(value);
  }
}

const unprocessable = () =>
  new ApiStatusError('the server rejected our request due to an error in our request', {
    code: 422,
    reason: 'Invalid',
  });
