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

/** Whether the client asks for metadata alone, e.g. to watch Secrets without seeing them. */
export function wantsMetadata(accept: string): boolean {
  return /;as=PartialObjectMetadata(List)?\b/.test(accept.split(',')[0] ?? '');
}

export function metadataOnly({ metadata }: KubeObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

/** How the objects of a request are shown: whole, or their metadata alone. */
export function presenter(resource: Resource, accept: string): (object: KubeObject) => JsonObject {
  return wantsMetadata(accept) ? metadataOnly : (object) => present(resource, object);
}
