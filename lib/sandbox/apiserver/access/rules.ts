import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isArray } from '#lib/sandbox/apiserver/objects/json.ts';

/** What a request wants to do, as RBAC sees it. */
export type Attributes =
  | {
      readonly kind: 'resource';
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly subresource?: string;
      readonly name?: string;
      readonly namespace?: string;
    }
  | { readonly kind: 'path'; readonly verb: string; readonly path: string };

/** Whether one PolicyRule grants it (kubernetes/plugin/pkg/auth/authorizer/rbac, RuleAllows). */
export function ruleAllows(rule: JsonObject, wanted: Attributes): boolean {
  if (!has(strings(rule, 'verbs'), wanted.verb)) return false;
  if (wanted.kind === 'path')
    return strings(rule, 'nonResourceURLs').some((pattern) => matchesPath(pattern, wanted.path));
  const names = strings(rule, 'resourceNames');
  return (
    has(strings(rule, 'apiGroups'), wanted.group) &&
    strings(rule, 'resources').some((resource) => matchesResource(resource, wanted)) &&
    (names.length === 0 || (wanted.name !== undefined && names.includes(wanted.name)))
  );
}

export function strings(rule: JsonObject, field: string): readonly string[] {
  const value = rule[field];
  return isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function has(list: readonly string[], wanted: string): boolean {
  return list.includes('*') || list.includes(wanted);
}

type ResourceAttributes = Extract<Attributes, { kind: 'resource' }>;

/** `pods` does not include `pods/log`; a subresource of everything is written as star, slash, name. */
function matchesResource(pattern: string, { resource, subresource }: ResourceAttributes): boolean {
  if (pattern === '*') return true;
  if (subresource === undefined) return pattern === resource;
  return pattern === `${resource}/${subresource}` || pattern === `*/${subresource}`;
}

function matchesPath(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}
