import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isObject } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { fieldsOf } from '#lib/sandbox/apiserver/objects/field-set.ts';
import { invalidValue } from '#lib/sandbox/apiserver/objects/validation.ts';
import { present, toStored } from '#lib/sandbox/apiserver/objects/present.ts';
import { goText } from '#lib/sandbox/apiserver/patch/go-text.ts';
import { applyPatch } from '#lib/sandbox/apiserver/patch/apply-patch.ts';
import { jsonPatch } from '#lib/sandbox/apiserver/patch/json-patch.ts';
import { mergePatch } from '#lib/sandbox/apiserver/patch/merge-patch.ts';
import { strategicMergePatch } from '#lib/sandbox/apiserver/patch/strategic-merge-patch.ts';
import { isTrue } from '#lib/sandbox/apiserver/request-info.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import type { StatusError } from '#lib/sandbox/apiserver/status-error.ts';
import { badRequest, invalid, unsupportedMediaType } from '#lib/sandbox/apiserver/status-error.ts';
import { isDryRun } from './dry-run.ts';
import { fieldWarnings } from './field-validation.ts';
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
  const body = patched(present(resource, current), request);
  const warnings = [...fieldWarnings(request, body, (why) => unreadable(request, body, why))];
  const warn = (text: string): void => void warnings.push(text);
  const desired = toStored(resource, body);
  const writer = writerOf(request, 'Update');
  const dryRun = isDryRun(request, 'PATCH');
  const object = updateObject(context, { resource, current, desired, writer, dryRun, warn });
  return { status: 200, object, warnings };
}

/** Refused with the whole text: of a strategic patch itself, of the others the object they would make (handlers/patch.go). */
function unreadable({ contentType, body }: ResourceRequest, after: JsonObject, why: string): StatusError {
  const text = contentType === STRATEGIC ? goText(body) : JSON.stringify(after);
  return invalid(NOTHING, '', [invalidValue('patch', text, why)]);
}

const NOTHING = { group: '', plural: '', kind: '' };

/** Server-side apply creates what is not there yet. */
function appliedObject(context: ServerContext, request: ResourceRequest): Patched {
  const { resource, namespace, name, query } = request;
  const applied = toStored(resource, asObject(request.body));
  const manager = query.get('fieldManager') ?? '';
  if (manager === '') {
    const message = 'Required value: is required for apply patch';
    throw invalid(PATCH_OPTIONS, '', [{ reason: 'FieldValueRequired', message, field: 'fieldManager' }]);
  }
  const warnings = [...fieldWarnings(request, applied)];
  const warn = (text: string): void => void warnings.push(text);
  const dryRun = isDryRun(request, 'PATCH');
  const current = context.journal.get(resource.storage, resource.namespaced ? namespace : undefined, name);
  if (!current) {
    const writer = { manager, operation: 'Apply', applied: fieldsOf(applied, resource.kind) } as const;
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

const PATCH_OPTIONS = { group: 'meta.k8s.io', plural: 'patchoptions', kind: 'PatchOptions' };

function asObject(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw badRequest('error decoding patch: the patch must be an object');
  return value;
}
