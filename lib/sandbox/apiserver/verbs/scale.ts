import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isObject, numberAt, objectAt, stringMapAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { tableReply, wantsTable } from '#lib/sandbox/apiserver/tables/table.ts';
import { invalidValue } from '#lib/sandbox/apiserver/objects/causes.ts';
import { badRequest, invalid } from '#lib/sandbox/apiserver/status-error.ts';
import { isDryRun } from './dry-run.ts';
import { requireObject } from './get.ts';
import { patched } from './patched-object.ts';
import { updateObject } from './write-object.ts';
import { writerOf } from './writer.ts';

/** autoscaling/v1 Scale: the replicas of a workload and nothing else. */
function scaleOf(object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const labels = Object.entries(stringMapAt(object, 'spec', 'selector', 'matchLabels'));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(object, 'spec', 'replicas') ?? 1 },
    status: {
      replicas: numberAt(object, 'status', 'replicas') ?? 0,
      selector: labels.map(([key, value]) => `${key}=${value}`).join(','),
    },
  };
}

export function getScale(context: ServerContext, request: ResourceRequest): Reply {
  const scale = scaleOf(requireObject(context, request));
  if (!wantsTable(request.accept)) return json(200, scale);
  const { resourceVersion } = scale.metadata;
  const resource = { ...request.resource, kind: 'Scale' };
  return tableReply(context, { ...request, resource }, { objects: [scale], metadata: { resourceVersion } });
}

export function updateScale(context: ServerContext, request: ResourceRequest): Reply {
  if (!isObject(request.body)) throw badRequest('the request body must be a Scale');
  return writeScale(context, request, request.body);
}

export function patchScale(context: ServerContext, request: ResourceRequest): Reply {
  const current = scaleOf(requireObject(context, request));
  return writeScale(context, request, patched(current, request));
}

const SCALE = { group: 'autoscaling', plural: 'scale', kind: 'Scale' };

function writeScale(context: ServerContext, request: ResourceRequest, scale: JsonObject): Reply {
  const current = requireObject(context, request);
  const { uid, resourceVersion } = objectAt(scale, 'metadata');
  const replicas = numberAt(scale, 'spec', 'replicas') ?? 0;
  if (replicas < 0) {
    const why = 'must be greater than or equal to 0';
    throw invalid(SCALE, request.name, [invalidValue('spec.replicas', replicas, why)]);
  }
  const desired: JsonObject = {
    ...current,
    metadata: {
      ...current.metadata,
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
    spec: { ...objectAt(current, 'spec'), replicas },
  };
  const { resource } = request;
  const dryRun = isDryRun(request, 'PATCH');
  const writer = writerOf(request, 'Update');
  return json(200, scaleOf(updateObject(context, { resource, current, desired, writer, dryRun })));
}
