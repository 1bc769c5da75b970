import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { presenter } from '#lib/sandbox/apiserver/objects/present.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { notFound } from '#lib/sandbox/apiserver/status-error.ts';
import { tableReply, wantsTable } from '#lib/sandbox/apiserver/tables/table.ts';

/** The stored object a request names. Throws 404. */
export function requireObject({ journal }: ServerContext, request: ResourceRequest): KubeObject {
  const { resource, namespace, name } = request;
  const object = journal.get(resource.storage, resource.namespaced ? namespace : undefined, name);
  if (!object) throw notFound(resource, name);
  return object;
}

export function getObject(context: ServerContext, request: ResourceRequest): Reply {
  const object = requireObject(context, request);
  if (wantsTable(request.accept)) {
    const { resourceVersion } = object.metadata;
    return tableReply(context, request, { objects: [object], metadata: { resourceVersion } });
  }
  return json(200, presenter(request.resource, request.accept)(object));
}
