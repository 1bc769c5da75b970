import { KUBERNETES_VERSION } from '#lib/sandbox/kubernetes-version.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import type { Field } from '#lib/sandbox/apiserver/protobuf/field-table.ts';
import { messageNames, messageOf, rootMessage } from '#lib/sandbox/apiserver/protobuf/field-table.ts';
import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import type { Resource } from '#lib/sandbox/apiserver/resources.ts';
import { RESOURCES, groupVersion } from '#lib/sandbox/apiserver/resources.ts';
import { unknownResource } from '#lib/sandbox/apiserver/status-error.ts';

const DOCUMENTS: ReadonlyMap<string, readonly Resource[]> = Map.groupBy(RESOURCES, documentPath);

function documentPath(resource: Resource): string {
  return resource.group === '' ? 'api/v1' : `apis/${groupVersion(resource)}`;
}

/** /openapi/v3: where the document of each group and version is. */
export function openApiIndex(): Reply {
  const paths = [...DOCUMENTS.keys()].map((path): [string, JsonObject] => [
    path,
    // The hash names the content for caching; the content changes with the server's version only.
    { serverRelativeURL: `/openapi/v3/${path}?hash=1` },
  ]);
  return json(200, { paths: Object.fromEntries(paths) });
}

/**
 * One group's document, with what kubectl looks for before it validates on the server: for each kind a PATCH
 * operation that takes `fieldValidation`. The server checks field names itself.
 */
export function openApiDocument(path: string): Reply {
  const resources = DOCUMENTS.get(path);
  if (!resources) throw unknownResource();
  const kinds = Object.fromEntries(resources.map((resource) => [schemaName(resource), schema(resource)]));
  return json(200, {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: KUBERNETES_VERSION },
    paths: Object.fromEntries(
      resources.map((resource) => [`/${objectPath(path, resource)}`, operations(resource)]),
    ),
    components: { schemas: { ...messageSchemas(), ...kinds } },
  });
}

function objectPath(path: string, { namespaced, plural }: Resource): string {
  return namespaced ? `${path}/namespaces/{namespace}/${plural}/{name}` : `${path}/${plural}/{name}`;
}

const QUERY = ['dryRun', 'fieldManager', 'fieldValidation', 'force'];

function operations(resource: Resource): JsonObject {
  const gvk = groupVersionKind(resource);
  const parameters = QUERY.map((name) => ({
    name,
    in: 'query',
    schema: { type: name === 'force' ? 'boolean' : 'string', uniqueItems: true },
  }));
  return {
    patch: { 'x-kubernetes-action': 'patch', 'x-kubernetes-group-version-kind': gvk, parameters },
    parameters: [],
  };
}

function schemaName({ group, version, kind }: Resource): string {
  const domain = group === '' ? 'core' : (group.split('.')[0] ?? group);
  return `io.k8s.api.${domain}.${version}.${kind}`;
}

/** Kinds of the field table get their real fields, so that `kubectl explain` can walk them; others stay open. */
function schema(resource: Resource): JsonObject {
  const root = rootMessage(groupVersion(resource), resource.kind);
  const fields = root === undefined ? { metadata: { type: 'object' } } : properties(root);
  return {
    type: 'object',
    properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, ...fields },
    'x-kubernetes-group-version-kind': [groupVersionKind(resource)],
  };
}

/** The message's own schema, which the fields of that type refer to. */
function messageSchemas(): Readonly<Record<string, JsonObject>> {
  const named = messageNames().map((name): [string, JsonObject] => [
    name,
    { type: 'object', properties: properties(name) },
  ]);
  return Object.fromEntries(named);
}

function properties(message: string): JsonObject {
  const fields = [...(messageOf(message)?.byName.values() ?? [])];
  return Object.fromEntries(
    fields.flatMap((field): [string, Json | undefined][] =>
      field.shape === 'inline' ? Object.entries(properties(field.type)) : [[field.name, fieldSchema(field)]],
    ),
  );
}

const WRAPPED: Readonly<Record<Field['shape'], (item: JsonObject) => JsonObject>> = {
  one: (item) => item,
  inline: (item) => item,
  list: (items) => ({ type: 'array', items }),
  map: (additionalProperties) => ({ type: 'object', additionalProperties }),
};

function fieldSchema({ type, shape }: Field): JsonObject {
  const item = messageOf(type)
    ? { $ref: `#/components/schemas/${type}` }
    : (SCALARS[type] ?? { type: 'object' });
  return WRAPPED[shape](item);
}

const SCALARS: Readonly<Record<string, JsonObject>> = {
  bool: { type: 'boolean' },
  bytes: { type: 'string', format: 'byte' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  IntOrString: { type: 'string', format: 'int-or-string' },
  Quantity: { type: 'string' },
  string: { type: 'string' },
  Time: { type: 'string', format: 'date-time' },
};

function groupVersionKind({ group, version, kind }: Resource): JsonObject {
  return { group, version, kind };
}
