import type { Resource } from '#lib/sandbox/apiserver/resources.ts';
import { fromEventsView, toEventsView } from './event-views.ts';
import type { JsonObject } from './json.ts';
import type { KubeObject } from './kube-object.ts';

/** The stored object as the requested group and version shows it. */
export function present(resource: Resource, object: KubeObject): JsonObject {
  return resource.group === 'events.k8s.io' ? toEventsView(object) : object;
}

/** The body of a write in the shape that is stored. */
export function toStored(resource: Resource, body: JsonObject): JsonObject {
  return resource.group === 'events.k8s.io' ? fromEventsView(body) : body;
}
