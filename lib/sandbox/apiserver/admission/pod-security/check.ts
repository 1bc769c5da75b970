import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { objectAt, objectsAt, stringAt, valueAt } from '#lib/sandbox/apiserver/objects/json.ts';

/** What is wrong by one rule: a short reason, and the details in brackets behind it. */
export type Violation = { readonly reason: string; readonly detail: string };

/** One rule of the Pod Security Standards over a PodSpec. */
export type Check = (spec: JsonObject) => Violation | undefined;

/** In the order in which violations name them. */
export function containersOf(spec: JsonObject): readonly JsonObject[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) => objectsAt(spec, list));
}

export const nameOf = (container: JsonObject): string => stringAt(container, 'name') ?? '';

/** A field of the security context of a Pod or of a container. */
export function securityField(holder: JsonObject, ...path: readonly string[]): Json | undefined {
  return valueAt(objectAt(holder, 'securityContext'), ...path);
}

/** A text of the security context; undefined when it is not set. */
export function securityText(holder: JsonObject, ...path: readonly string[]): string | undefined {
  return stringAt(objectAt(holder, 'securityContext'), ...path);
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

/** `container "a"`, `containers "a", "b"`. */
export function named(noun: string, names: readonly string[]): string {
  return `${plural(noun, names)} ${quoted(names)}`;
}

export function plural(noun: string, items: readonly unknown[]): string {
  return items.length === 1 ? noun : `${noun}s`;
}

/** `uses` for one, `use` for several. */
export function uses(items: readonly unknown[]): string {
  return items.length === 1 ? 'uses' : 'use';
}

export function sortedUnique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].toSorted();
}

/** Who set a bad value: the Pod itself, some of its containers, or both. */
export function setters(isPod: boolean, containers: readonly string[]): string {
  const who = [...(isPod ? ['pod'] : []), ...(containers.length > 0 ? [named('container', containers)] : [])];
  return who.join(' and ');
}
