import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isObject, objectAt, objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { timestamp } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import { findResource, groupVersion } from '#lib/sandbox/apiserver/resources.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { notFound, unknownResource } from '#lib/sandbox/apiserver/status-error.ts';
import { tableReply, wantsTable } from '#lib/sandbox/apiserver/tables/table.ts';
import type { Usage } from '#lib/sandbox/apiserver/usage-source.ts';
import { selection } from './selection.ts';

/** metrics-server looks at every node this often; what is younger than that is not measured yet. */
const SCRAPE_MS = 15_000;

/** metrics.k8s.io: the answers of a metrics-server. */
export function listMetrics(context: ServerContext, request: ResourceRequest): Reply {
  const { namespace, matches } = selection(request);
  const items = context.journal.list(request.resource.plural, namespace).filter(matches);
  const measured = items.flatMap((object) => metricsOf(context, request, object) ?? []);
  if (wantsTable(request.accept)) return tableReply(context, request, { objects: measured, metadata: {} });
  const { resource } = request;
  return json(200, {
    kind: `${resource.kind}List`,
    apiVersion: groupVersion(resource),
    metadata: {},
    items: measured.map(({ kind: _kind, apiVersion: _version, ...item }) => item),
  });
}

export function getMetrics(context: ServerContext, request: ResourceRequest): Reply {
  const { resource, namespace, name } = request;
  const measuredKind = findResource('', 'v1', resource.plural);
  if (!measuredKind) throw unknownResource();
  const object = context.journal.get(resource.plural, resource.namespaced ? namespace : undefined, name);
  if (!object) throw notFound(measuredKind, name);
  const metrics = metricsOf(context, request, object);
  const path = resource.namespaced ? `${namespace ?? ''}/${name}` : name;
  if (!metrics) throw notFound({ ...resource, plural: resource.kind.toLowerCase() }, path);
  if (wantsTable(request.accept)) return tableReply(context, request, { objects: [metrics], metadata: {} });
  return json(200, metrics);
}

/** Undefined for what was not there, or not ready to be measured, at the last look. */
function metricsOf(
  context: ServerContext,
  request: ResourceRequest,
  object: KubeObject,
): KubeObject | undefined {
  const { resource } = request;
  const now = context.clock.now();
  const at = Math.floor(now / SCRAPE_MS) * SCRAPE_MS;
  const measured = resource.kind === 'PodMetrics' ? ofPod(context, object, at) : ofNode(context, object, at);
  if (!measured) return undefined;
  const { name, namespace, labels } = object.metadata;
  const metadata = {
    name,
    ...(namespace !== undefined && { namespace }),
    creationTimestamp: timestamp(now),
    ...(labels && { labels }),
  };
  return {
    kind: resource.kind,
    apiVersion: groupVersion(resource),
    // Metrics are made when they are asked for: they have neither uid nor version.
    metadata: metadata as KubeObject['metadata'],
    timestamp: timestamp(at),
    window: '15.024s',
    ...measured,
  };
}

function ofPod(context: ServerContext, pod: KubeObject, at: number): JsonObject | undefined {
  const all = containersOf(context, pod, at);
  const missing = all.some(({ usage }) => usage === undefined);
  // metrics-server shows a Pod when it has measured all of it.
  if (all.length === 0 || missing) return undefined;
  return { containers: all.map(({ name, usage }) => ({ name, usage: usage && written(usage) })) };
}

function containersOf(context: ServerContext, pod: KubeObject, at: number) {
  return objectsAt(pod, 'status', 'containerStatuses')
    .filter((status) => isObject(objectAt(status, 'state').running))
    .map((status) => {
      const name = stringAt(status, 'name') ?? '';
      const containerId = stringAt(status, 'containerID') ?? '';
      const target = { podUid: pod.metadata.uid, container: name, containerId };
      return { name, usage: context.usage().container(target, at) };
    });
}

function ofNode(context: ServerContext, node: KubeObject, at: number): JsonObject {
  const { name } = node.metadata;
  const own = context.usage().node(name, at);
  const pods = context.journal.list('pods').filter((pod) => stringAt(pod, 'spec', 'nodeName') === name);
  const used = pods
    .flatMap((pod) => containersOf(context, pod, at))
    .reduce((sum, { usage }) => (usage ? plus(sum, usage) : sum), own);
  return { usage: written(used) };
}

function plus(left: Usage, right: Usage): Usage {
  return {
    cpuCores: left.cpuCores + right.cpuCores,
    memoryBytes: left.memoryBytes + right.memoryBytes,
  };
}

/** As metrics-server writes them: nanocores and KiB. */
function written({ cpuCores, memoryBytes }: Usage): JsonObject {
  return { cpu: `${Math.round(cpuCores * 1e9)}n`, memory: `${Math.round(memoryBytes / 1024)}Ki` };
}
