import type { Cause } from '#lib/sandbox/apiserver/status-error.ts';
import type { Resource } from '#lib/sandbox/apiserver/resources.ts';
import type { JsonObject } from './json.ts';
import { objectAt, stringAt } from './json.ts';
import type { KubeObject } from './kube-object.ts';

/** Everything wrong with a new object. */
export function creationCauses(_resource: Resource, object: JsonObject): readonly Cause[] {
  const name = stringAt(objectAt(object, 'metadata'), 'name') ?? '';
  if (name === '') {
    return [
      {
        reason: 'FieldValueRequired',
        message: 'Required value: name or generateName is required',
        field: 'metadata.name',
      },
    ];
  }
  return [];
}

/** Everything wrong with a changed object. */
export function updateCauses(_resource: Resource, _current: KubeObject, _next: KubeObject): readonly Cause[] {
  return [];
}
