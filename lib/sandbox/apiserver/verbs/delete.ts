import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { numberAt, stringAt, without } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { present } from '#lib/sandbox/apiserver/objects/present.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import type { Resource } from '#lib/sandbox/apiserver/resources.ts';
import { groupVersion } from '#lib/sandbox/apiserver/resources.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { checkAdmission } from '#lib/sandbox/apiserver/admission/admit.ts';
import { conflict, qualified } from '#lib/sandbox/apiserver/status-error.ts';
import { isDryRun } from './dry-run.ts';
import { requireObject } from './get.ts';
import type { Propagation } from './remove-object.ts';
import { removeObject } from './remove-object.ts';
import { selection } from './selection.ts';
import { warningHeaders } from './field-validation.ts';

export function deleteObject(context: ServerContext, request: ResourceRequest): Reply {
  const { resource } = request;
  const object = requireObject(context, request);
  checkPreconditions(request, object);
  const dryRun = isDryRun(request, 'DELETE');
  const warnings = admitted(context, request, { object, dryRun });
  const outcome = dryRun
    ? { object, gone: true }
    : removeObject(context, { resource, object, ...options(request) });
  return deletedReply(resource, { ...outcome, warnings });
}

/** What admission has to say of a deletion. Throws its refusal. */
function admitted(
  context: ServerContext,
  { resource, namespace }: ResourceRequest,
  { object, dryRun }: { object: KubeObject; dryRun: boolean },
): readonly string[] {
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  checkAdmission(context, {
    operation: 'DELETE',
    resource,
    namespace,
    object,
    previous: object,
    dryRun,
    warn,
  });
  return warnings;
}

export function deleteCollection(context: ServerContext, request: ResourceRequest): Reply {
  const { resource } = request;
  const { namespace, matches } = selection(request);
  const objects = context.journal.list(resource.storage, namespace).filter(matches);
  if (!isDryRun(request, 'DELETE')) {
    for (const { metadata } of objects) {
      const object = context.journal.get(resource.storage, metadata.namespace, metadata.name);
      if (!object) continue;
      admitted(context, request, { object, dryRun: false });
      removeObject(context, { resource, object, ...options(request) });
    }
  }
  return json(200, {
    kind: `${resource.kind}List`,
    apiVersion: groupVersion(resource),
    metadata: { resourceVersion: String(context.journal.revision) },
    items: objects.map((object) => without(present(resource, object), 'kind', 'apiVersion')),
  });
}

/** Pods, Services, ServiceAccounts answer with themselves; others with Status once they are gone. */
const ANSWERS_ITSELF = new Set(['Pod', 'Service', 'ServiceAccount']);

type Deleted = { readonly object: KubeObject; readonly gone: boolean; readonly warnings: readonly string[] };

function deletedReply(resource: Resource, { object, gone, warnings }: Deleted): Reply {
  const headers = warningHeaders(warnings);
  if (!gone || ANSWERS_ITSELF.has(resource.kind)) return json(200, present(resource, object), { headers });
  const { name, uid } = object.metadata;
  const details: JsonObject = {
    name,
    ...(resource.group !== '' && { group: resource.group }),
    kind: resource.plural,
    uid,
  };
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  return json(200, status, { headers });
}

const POLICIES: readonly Propagation[] = ['Background', 'Foreground', 'Orphan'];

/** DeleteOptions, from the body or the query. */
function options({ body, query, resource }: ResourceRequest): {
  propagation: Propagation;
  gracePeriodSeconds?: number;
} {
  const policy = stringAt(body, 'propagationPolicy') ?? query.get('propagationPolicy');
  const inQuery = query.get('gracePeriodSeconds');
  const gracePeriodSeconds =
    numberAt(body, 'gracePeriodSeconds') ?? (inQuery === null ? undefined : Number(inQuery));
  return {
    // Deleting a Job leaves its Pods unless the client says otherwise (registry/batch/job/strategy.go).
    propagation:
      POLICIES.find((known) => known === policy) ?? (resource.kind === 'Job' ? 'Orphan' : 'Background'),
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
  };
}

function checkPreconditions({ body, resource }: ResourceRequest, { metadata }: KubeObject): void {
  const wanted = stringAt(body, 'preconditions', 'uid');
  if (wanted !== undefined && wanted !== metadata.uid) {
    const target = { ...resource, plural: qualified('', resource.kind) };
    throw conflict(
      target,
      metadata.name,
      `the UID in the precondition (${wanted}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  const version = stringAt(body, 'preconditions', 'resourceVersion');
  if (version !== undefined && version !== metadata.resourceVersion) {
    throw conflict(
      resource,
      metadata.name,
      `the ResourceVersion in the precondition (${version}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
  }
}
