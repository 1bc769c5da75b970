import { isObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { present, toStored } from '#lib/sandbox/apiserver/objects/present.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { badRequest } from '#lib/sandbox/apiserver/status-error.ts';
import { isDryRun } from './dry-run.ts';
import { requireObject } from './get.ts';
import { readBody, warningHeaders } from './field-validation.ts';
import { patchedObject } from './patched-object.ts';
import { createObject, updateObject } from './write-object.ts';
import { writerOf } from './writer.ts';

export function create(context: ServerContext, request: ResourceRequest): Reply {
  const { resource, namespace } = request;
  const read = readBody(request, bodyOf(request));
  const warnings = [...read.warnings];
  const body = toStored(resource, read.body);
  const writer = writerOf(request, 'Update');
  const object = createObject(context, {
    resource,
    namespace,
    body,
    writer,
    dryRun: isDryRun(request, 'POST'),
    warn: (text) => warnings.push(text),
  });
  return json(201, present(resource, object), { headers: warningHeaders(warnings) });
}

export function update(context: ServerContext, request: ResourceRequest): Reply {
  const { resource } = request;
  const read = readBody(request, bodyOf(request));
  const warnings = [...read.warnings];
  const desired = toStored(resource, read.body);
  const current = requireObject(context, request);
  const writer = writerOf(request, 'Update');
  const object = updateObject(context, {
    resource,
    current,
    desired,
    writer,
    dryRun: isDryRun(request, 'PUT'),
    warn: (text) => warnings.push(text),
  });
  return json(200, present(resource, object), { headers: warningHeaders(warnings) });
}

export function patch(context: ServerContext, request: ResourceRequest): Reply {
  const { status, object, warnings } = patchedObject(context, request);
  return json(status, present(request.resource, object), { headers: warningHeaders(warnings) });
}

/** The body of a write, which must be an object of the resource's kind. */
export function bodyOf({ body, resource }: ResourceRequest) {
  if (!isObject(body)) throw badRequest('the request body must be an object');
  const { kind } = body;
  if (typeof kind === 'string' && kind !== '' && kind !== resource.kind) {
    throw badRequest(
      `${kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: no kind "${kind}" is registered for this resource`,
    );
  }
  return body;
}
