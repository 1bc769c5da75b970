import type { JsonObject } from './json.ts';
import { without } from './json.ts';

/** Core Event field -> its name in events.k8s.io/v1 (k8s.io/api/events/v1/types.go). */
const RENAMED: Readonly<Record<string, string>> = {
  involvedObject: 'regarding',
  message: 'note',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  reportingComponent: 'reportingController',
};
const BACK = Object.fromEntries(Object.entries(RENAMED).map(([core, view]) => [view, core]));

/** Events are stored as core/v1; this is how events.k8s.io/v1 shows them. */
export function toEventsView(event: JsonObject): JsonObject {
  return { ...renamed(event, RENAMED), apiVersion: 'events.k8s.io/v1', kind: 'Event' };
}

export function fromEventsView(event: JsonObject): JsonObject {
  return { ...renamed(event, BACK), apiVersion: 'v1', kind: 'Event' };
}

function renamed(event: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  const entries = Object.entries(without(event, 'apiVersion', 'kind'));
  return Object.fromEntries(entries.map(([key, value]) => [names[key] ?? key, value]));
}
