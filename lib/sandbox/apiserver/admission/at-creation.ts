import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { Resource } from '#lib/sandbox/apiserver/resources.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import type { StatusError } from '#lib/sandbox/apiserver/status-error.ts';
import { forbidden } from '#lib/sandbox/apiserver/status-error.ts';
import { withPriority } from './pod-priority.ts';
import { withDefaultClass, withProtection } from './storage-at-creation.ts';

/** An object about to be created, with its defaults. */
export type Created = { readonly resource: Resource; readonly object: JsonObject };

type Change = (context: ServerContext, created: Created) => JsonObject;

const CHANGES: Readonly<Record<string, readonly Change[]>> = {
  PersistentVolume: [withProtection],
  PersistentVolumeClaim: [withDefaultClass, withProtection],
  Pod: [withPriority],
};

/** What admission adds to a new object. Throws the refusal of a plugin (403). */
export function changedAtCreation(context: ServerContext, created: Created): JsonObject {
  return (CHANGES[created.resource.kind] ?? []).reduce(
    (object, change) => change(context, { ...created, object }),
    created.object,
  );
}

/** An object without a name yet is called by the beginning of it. */
export function refusedAtCreation({ resource, object }: Created, why: string): StatusError {
  const name = stringAt(object, 'metadata', 'name') ?? stringAt(object, 'metadata', 'generateName');
  return forbidden(resource, name ?? 'Unknown', why);
}
