import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isObject } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { appliedFields } from '#lib/sandbox/apiserver/objects/field-set.ts';
import { invalidValue } from '#lib/sandbox/apiserver/objects/causes.ts';
import { present, toStored } from '#lib/sandbox/apiserver/objects/present.ts';
import { goText } from '#lib/sandbox/apiserver/patch/go-text.ts';
import { applyPatch } from '#lib/sandbox/apiserver/patch/apply-patch.ts';
import { jsonPatch } from '#lib/sandbox/apiserver/patch/json-patch.ts';
import { mergePatch } from '#lib/sandbox/apiserver/patch/merge-patch.ts';
import { strategicMergePatch } from '#lib/sandbox/apiserver/patch/strategic-merge-patch.ts';
import { isTrue } from '#lib/sandbox/apiserver/request-info.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import {
  StatusError,
  badRequest,
  invalid,
  unsupportedMediaType,
} from '#lib/sandbox/apiserver/status-error.ts';
import { isDryRun } from './dry-run.ts';
import { readBody, type Refusals } from './field-validation.ts';
import { requireObject } from './get.ts';
import { createObject, updateObject } from './write-object.ts';
import { writerOf } from './writer.ts';

type Patcher = (document: JsonObject, patch: Json | undefined, kind: string) => JsonObject;

const STRATEGIC = 'application/strategic-merge-patch+json';

const PATCHERS: Readonly<Record<string, Patcher>> = {
  'application/json-patch+json': jsonPatch,
  'application/merge-patch+json': (document, patch) => asObject(mergePatch(document, asObject(patch))),
  [STRATEGIC]: (document, patch, kind) => strategicMergePatch(document, asObject(patch), kind),
};

/** `document` after the request's patch. Throws 400, 415 and 422. */
export function patched(document: JsonObject, { body, contentType, resource }: ResourceRequest): JsonObject {
  const patcher = PATCHERS[contentType];
  if (!patcher) throw unsupportedMediaType([...Object.keys(PATCHERS), APPLY]);
  return patcher(document, body, resource.kind);
}

const APPLY = 'application/apply-patch+yaml';

export type Patched = {
  readonly status: number;
  readonly object: KubeObject;
  /** What the client is to be told. */
  readonly warnings: readonly string[];
};

export function patchedObject(context: ServerContext, request: ResourceRequest): Patched {
  if (request.contentType === APPLY) return appliedObject(context, request);
  const { resource } = request;
  const current = requireObject(context, request);
  const after = patched(present(resource, current), request);
  const read = readBody(request, after, unreadable(request, after));
  const { body } = read;
  const warnings = [...read.warnings];
  const warn = (text: string): void => void warnings.push(text);
  const desired = toStored(resource, body);
  const writer = writerOf(request, 'Update');
  const dryRun = isDryRun(request, 'PATCH');
  const object = updateObject(context, { resource, current, desired, writer, dryRun, warn });
  return { status: 200, object, warnings };
}

/** Refused with the whole text: of a strategic patch itself, of the others the object they would make (handlers/patch.go). */
function unreadable({ contentType, body }: ResourceRequest, after: JsonObject): Refusals {
  const isStrategic = contentType === STRATEGIC;
  const refuse = (why: string): StatusError => {
    const text = isStrategic ? goText(withoutDirectives(body)) : JSON.stringify(after);
    return invalid(NOTHING, '', [invalidValue('patch', text, why)]);
  };
  return {
    strict: refuse,
    wrong: ({ decoded, converted }) => refuse(isStrategic ? converted : decoded),
  };
}

/** What upstream's merge leaves of a patch: it takes out directives, and lists together with their order. */
function withoutDirectives(patch: Json | undefined): Json | undefined {
  if (!isObject(patch)) return patch;
  const ordered = Object.keys(patch).filter((key) => key.startsWith(ORDER));
  const gone = new Set([
    ...ordered,
    ...ordered.map((key) => key.slice(ORDER.length)),
    '$patch',
    '$retainKeys',
  ]);
  const left = Object.entries(patch).filter(([key]) => !gone.has(key));
  return Object.fromEntries(left.map(([key, value]) => [key, withoutDirectives(value)]));
}

const ORDER = '$setElementOrder/';

const NOTHING = { group: '', plural: '', kind: '' };

/** Server-side apply creates what is not there yet. */
function appliedObject(context: ServerContext, request: ResourceRequest): Patched {
  const { resource, namespace, name, query } = request;
  const { warnings: noted, body } = readBody(request, asObject(request.body), undeclared(request));
  const applied = toStored(resource, body);
  const manager = query.get('fieldManager') ?? '';
  if (manager === '') {
    const message = 'Required value: is required for apply patch';
    throw invalid(PATCH_OPTIONS, '', [{ reason: 'FieldValueRequired', message, field: 'fieldManager' }]);
  }
  const warnings = [...noted];
  const warn = (text: string): void => void warnings.push(text);
  const dryRun = isDryRun(request, 'PATCH');
  const current = context.journal.get(resource.storage, resource.namespaced ? namespace : undefined, name);
  if (!current) {
    const writer = { manager, operation: 'Apply', applied: appliedFields(applied, resource.kind) } as const;
    const object = createObject(context, { resource, namespace, body: applied, writer, dryRun, warn });
    return { status: 201, object, warnings };
  }
  const { object: desired, fields } = applyPatch({
    current,
    applied,
    kind: resource.kind,
    manager,
    force: isTrue(query.get('force')),
  });
  const writer = { manager, operation: 'Apply', applied: fields } as const;
  const object = updateObject(context, { resource, current, desired, writer, dryRun, warn });
  return { status: 200, object, warnings };
}

/** Apply knows no warnings: what the schema does not have cannot be owned (structured-merge-diff, typed). */
function undeclared({ resource, namespace, name }: ResourceRequest): Refusals {
  const { group, version, kind } = resource;
  const place = namespace === undefined ? `/${name}` : `${namespace}/${name}`;
  const refuse = (why: string): StatusError =>
    new StatusError({
      code: 500,
      reason: '',
      message: `failed to create typed patch object (${place}; ${group}/${version}, Kind=${kind}): ${why}`,
    });
  return {
    strict: (why) => refuse(`.${/"(.+?)"/.exec(why)?.[1] ?? ''}: field not declared in schema`),
    wrong: ({ decoded }) => refuse(decoded),
  };
}

const PATCH_OPTIONS = { group: 'meta.k8s.io', plural: 'patchoptions', kind: 'PatchOptions' };

function asObject(value: Json | undefined): JsonObject {
  if (isObject(value)) return value;
  const found = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  throw badRequest(`json: cannot unmarshal ${found} into Go value of type map[string]interface {}`);
}
