import { valueAt, isArray } from '#lib/sandbox/apiserver/objects/json.ts';
import type { ResourceRequest } from '#lib/sandbox/apiserver/server-context.ts';
import { invalid } from '#lib/sandbox/apiserver/status-error.ts';

const OPTIONS: Readonly<Record<string, string>> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
  DELETE: 'DeleteOptions',
};

/** Whether nothing may be stored: `dryRun=All` in the query or, for DELETE, in the body. Throws 422 for other values. */
export function isDryRun({ query, body }: ResourceRequest, method: keyof typeof OPTIONS): boolean {
  const inBody = method === 'DELETE' ? valueAt(body, 'dryRun') : undefined;
  const asked = [...query.getAll('dryRun'), ...(isArray(inBody) ? inBody.map(String) : [])];
  const unknown = asked.filter((value) => value !== 'All');
  if (unknown.length > 0) {
    const kind = OPTIONS[method] ?? 'CreateOptions';
    const list = asked.map((value) => `"${value}"`).join(', ');
    const message = `Unsupported value: []string{${list}}: supported values: "All"`;
    throw invalid({ group: 'meta.k8s.io', plural: kind, kind }, '', [
      { reason: 'FieldValueNotSupported', message, field: 'dryRun' },
    ]);
  }
  return asked.length > 0;
}
