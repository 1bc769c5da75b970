import type { Json } from '#lib/sandbox/apiserver/objects/json.ts';
import { isEqual } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { managedAfterWrite } from '#lib/sandbox/apiserver/objects/managed-fields.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';

type StatusWrite = {
  readonly storage: string;
  readonly object: KubeObject;
  readonly status: Json;
  readonly manager: string;
};

/** Writes a status on behalf of the server's own controllers; one that changes nothing is not written. */
export function putStatus(
  { journal, clock }: ServerContext,
  { storage, object, status, manager }: StatusWrite,
): KubeObject {
  if (isEqual(status, object.status)) return object;
  const after = { ...object, status };
  const writer = { manager, operation: 'Update', subresource: 'status' } as const;
  const managedFields = managedAfterWrite({ before: object, after, writer, now: clock.now() });
  return journal.put(storage, { ...after, metadata: { ...object.metadata, managedFields } });
}
