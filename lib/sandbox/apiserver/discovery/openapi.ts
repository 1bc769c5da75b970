import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
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
 * operation that takes `fieldValidation`. The schemas are open; the server checks field names itself.
 */
export function openApiDocument(path: string): Reply {
  const resources = DOCUMENTS.get(path);
  if (!resources) throw unknownResource();
  return json(200, {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.35.7+sandbox' },
    paths: Object.fromEntries(
      resources.map((resource) => [`/${objectPath(path, resource)}`, operations(resource)]),
    ),
    components: {
      schemas: Object.fromEntries(resources.map((resource) => [schemaName(resource), schema(resource)])),
    },
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

function schema(resource: Resource): JsonObject {
  return {
    type: 'object',
    properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } },
    'x-kubernetes-group-version-kind': [groupVersionKind(resource)],
    'x-kubernetes-preserve-unknown-fields': true,
  };
}

function groupVersionKind({ group, version, kind }: Resource): JsonObject {
  return { group, version, kind };
}
