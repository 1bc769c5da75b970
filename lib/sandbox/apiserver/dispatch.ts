import { isReview, review } from './access/reviews.ts';
import type { Reply } from './reply.ts';
import type { ResourceRequest, ServerContext } from './server-context.ts';
import type { Resource, Verb } from './resources.ts';
import { methodNotAllowed } from './status-error.ts';
import { deleteCollection, deleteObject } from './verbs/delete.ts';
import { attachToPod, execInPod } from './verbs/exec.ts';
import { getObject } from './verbs/get.ts';
import { listObjects } from './verbs/list.ts';
import { bindPod, evictPod } from './verbs/pod-subresources.ts';
import { getMetrics, listMetrics } from './verbs/metrics.ts';
import { getScale, patchScale, updateScale } from './verbs/scale.ts';
import { readLog } from './verbs/log.ts';
import { watchObjects } from './verbs/watch.ts';
import { create, patch, update } from './verbs/write.ts';

type Handler = (context: ServerContext, request: ResourceRequest) => Reply;
type Handlers = Readonly<Partial<Record<Verb, Handler>>>;

const OBJECTS: Handlers = {
  get: getObject,
  list: listObjects,
  watch: watchObjects,
  create,
  update,
  patch,
  delete: deleteObject,
  deletecollection: deleteCollection,
};

const WHOLE_OBJECT: Handlers = { get: getObject, update, patch };

const SUBRESOURCES: Readonly<Record<string, Handlers>> = {
  status: WHOLE_OBJECT,
  finalize: WHOLE_OBJECT,
  ephemeralcontainers: WHOLE_OBJECT,
  scale: { get: getScale, update: updateScale, patch: patchScale },
  binding: { create: bindPod },
  eviction: { create: evictPod },
  log: { get: readLog },
  exec: { get: execInPod, create: execInPod },
  attach: { get: attachToPod, create: attachToPod },
};

const METRICS: Handlers = { get: getMetrics, list: listMetrics };

function handlersOf({ kind, group }: Resource): Handlers {
  if (group === 'metrics.k8s.io') return METRICS;
  return isReview(kind) ? { create: review } : OBJECTS;
}

/** Runs the handler for the request's verb and subresource. Throws 405 when there is none. */
export function dispatch(context: ServerContext, request: ResourceRequest, verb: Verb): Reply {
  const { resource, subresource } = request;
  const handlers = subresource === undefined ? handlersOf(resource) : SUBRESOURCES[subresource];
  const handler = handlers?.[verb];
  const isOffered = subresource !== undefined || resource.verbs.includes(verb);
  if (!handler || !isOffered) throw methodNotAllowed();
  return handler(context, request);
}
