import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Resource } from '#lib/sandbox/apiserver/resources.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import type { StatusError } from '#lib/sandbox/apiserver/status-error.ts';
import { forbidden } from '#lib/sandbox/apiserver/status-error.ts';

/** An object on its way into storage. */
export type Admission = {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly resource: Resource;
  readonly subresource?: string;
  readonly namespace?: string;
  /** With its defaults, and as it would be stored; a generated name is not chosen yet when plugins change it. */
  readonly object: JsonObject;
  /** What an update replaces or a deletion deletes. */
  readonly previous?: KubeObject;
  readonly dryRun: boolean;
  /** Tells the client something it will print, without refusing. */
  readonly warn?: (text: string) => void;
};

/** One admission plugin. Both steps throw a StatusError to refuse (usually `refused`). */
export type AdmissionPlugin = {
  /** As in --enable-admission-plugins. */
  readonly name: string;
  /** The object with what the plugin adds to it; runs before validation. */
  readonly change?: (context: ServerContext, admission: Admission) => JsonObject;
  /** Runs after the object is known to be valid, just before it is stored. */
  readonly check?: (context: ServerContext, admission: Admission) => void;
};

/** The 403 of a plugin: an object without a name yet is called by the beginning of it (admission/errors.go). */
export function refused({ resource, object }: Admission, why: string): StatusError {
  const named = stringAt(object, 'metadata', 'name') ?? '';
  const name = named === '' ? (stringAt(object, 'metadata', 'generateName') ?? 'Unknown') : named;
  return forbidden(resource, name, why);
}
