import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import {
  frozenCopy,
  isArray,
  isEqual,
  isObject,
  objectAt,
  objectsAt,
  stringAt,
  valueAt,
  without,
} from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject, ObjectMeta } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { timestamp } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { changedByAdmission, checkAdmission } from '#lib/sandbox/apiserver/admission/admit.ts';
import { withAllocations, withKept } from '#lib/sandbox/apiserver/objects/allocations.ts';
import { withObjectDefaults } from '#lib/sandbox/apiserver/objects/defaults.ts';
import { withGenerated, withGeneratedUpdate } from '#lib/sandbox/apiserver/objects/generated-fields.ts';
import { initialStatus } from '#lib/sandbox/apiserver/objects/initial-status.ts';
import type { Writer } from '#lib/sandbox/apiserver/objects/managed-fields.ts';
import { managedAfterWrite } from '#lib/sandbox/apiserver/objects/managed-fields.ts';
import { generatedName, newUid } from '#lib/sandbox/apiserver/objects/new-identity.ts';
import { creationCauses, updateCauses } from '#lib/sandbox/apiserver/objects/validation.ts';
import type { Resource } from '#lib/sandbox/apiserver/resources.ts';
import { groupVersion, hasSubresource } from '#lib/sandbox/apiserver/resources.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  invalid,
  notFound,
} from '#lib/sandbox/apiserver/status-error.ts';
import { collectAfterRemoval } from './remove-object.ts';

type Creation = {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly body: JsonObject;
  readonly writer: Writer;
  readonly dryRun: boolean;
  /** Called with what admission has to say to the client. */
  readonly warn?: (text: string) => void;
};

const NAMESPACES = { group: '', plural: 'namespaces', kind: 'Namespace' };

/** Stores a new object. Throws 404 (namespace), 403 (terminating), 409 (exists), 422 (invalid). */
export function createObject(context: ServerContext, creation: Creation): KubeObject {
  const { journal, clock, random } = context;
  const { resource, writer } = creation;
  const sent = accepted(creation.body);
  const sentMeta = objectAt(sent, 'metadata');
  const namespace = placeOf(context, creation, stringAt(sentMeta, 'namespace'));
  const generateName = stringAt(sentMeta, 'generateName');
  const name = stringAt(sentMeta, 'name') ?? (generateName ? generatedName(generateName, random) : '');
  const asked = withObjectDefaults(resource.kind, without(sent, 'status'));
  const { dryRun, warn } = creation;
  const admission = { operation: 'CREATE', resource, namespace, dryRun, warn } as const;
  const defaulted = changedByAdmission(context, { ...admission, object: asked });
  const causes = creationCauses(resource, { ...defaulted, metadata: { ...sentMeta, name } });
  if (causes.length > 0) throw invalid(resource, name, causes);
  const existing = journal.get(resource.storage, namespace, name);
  if (existing) throw alreadyExists(resource, name, existing.metadata.deletionTimestamp !== undefined);
  const metadata = {
    ...without(tidyMeta(objectAt(defaulted, 'metadata')), 'managedFields', 'selfLink'),
    name,
    ...(namespace !== undefined && { namespace }),
    uid: newUid(random),
    resourceVersion: '',
    ...(resource.counted && { generation: 1 }),
    creationTimestamp: timestamp(clock.now()),
  };
  const status = initialStatus(resource, { sent, object: defaulted, at: timestamp(clock.now()) });
  const generated = withGenerated(resource.kind, { ...defaulted, metadata });
  const object: KubeObject = {
    apiVersion: storedVersion(resource),
    kind: resource.kind,
    metadata: { ...metadata, ...objectAt(generated, 'metadata') },
    ...without(withAllocations(resource.kind, generated, random), 'apiVersion', 'kind', 'metadata'),
    ...(status !== undefined && { status }),
  };
  checkAdmission(context, { ...admission, object });
  const stored = withManagedFields(context, { object, before: undefined, writer });
  if (creation.dryRun) return withoutVersion(stored);
  return journal.put(resource.storage, stored);
}

type Update = {
  readonly resource: Resource;
  readonly current: KubeObject;
  /** The whole object as the client wants it. */
  readonly desired: JsonObject;
  readonly writer: Writer;
  readonly dryRun: boolean;
  readonly warn?: (text: string) => void;
};

/**
 * Replaces an object. Status changes only through /status and everything else only without it; an update
 * that changes nothing is not written and keeps its resourceVersion, as in the real server.
 * Throws 400, 409 (stale resourceVersion or uid) and 422.
 */
export function updateObject(context: ServerContext, update: Update): KubeObject {
  const { resource, current, writer } = update;
  const desired = accepted(update.desired);
  checkIdentity(resource, current, desired);
  const asked =
    writer.subresource === 'status'
      ? withStatusOf(current, desired, timestamp(context.clock.now()))
      : withGeneratedUpdate(resource.kind, current, withSpecOf(resource, current, desired));
  const { subresource } = writer;
  const { namespace } = current.metadata;
  const { dryRun, warn } = update;
  const place = { resource, subresource, namespace, previous: current, dryRun, warn };
  const admission = { operation: 'UPDATE', ...place } as const;
  const changed = changedByAdmission(context, { ...admission, object: asked });
  const next = { ...asked, ...changed, metadata: asked.metadata };
  const owned = withSentManagers(current, desired);
  if (writer.applied === undefined && owned === current && isEqual(next, current)) return current;
  const causes = updateCauses(resource, current, next);
  if (causes.length > 0) throw invalid(resource, current.metadata.name, causes);
  checkAdmission(context, { ...admission, object: next });
  const counted = withGeneration(resource, current, next);
  const stored = withManagedFields(context, { object: counted, before: owned, writer });
  if (isEqual(stored, current)) return current;
  if (update.dryRun) return stored;
  if (isReleased(stored)) {
    const { metadata } = context.journal.put(resource.storage, stored);
    context.journal.remove(resource.storage, metadata.namespace, metadata.name);
    collectAfterRemoval(context, stored);
    return stored;
  }
  return context.journal.put(resource.storage, stored);
}

/** What the client sent, without nulls and with a usable metadata. */
function accepted(body: JsonObject): JsonObject {
  const copy = frozenCopy(body);
  if (!isObject(copy)) throw badRequest('the object provided is unrecognized (must be of type object)');
  return copy;
}

function storedVersion(resource: Resource): string {
  return resource.group === 'events.k8s.io' ? 'v1' : groupVersion(resource);
}

function placeOf({ journal }: ServerContext, { resource, namespace }: Creation, sent: string | undefined) {
  if (!resource.namespaced) return undefined;
  if (sent !== undefined && sent !== '' && sent !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const home = journal.get('namespaces', undefined, namespace ?? '');
  if (!home) throw notFound(NAMESPACES, namespace ?? '');
  return namespace;
}

function checkIdentity(resource: Resource, { metadata }: KubeObject, desired: JsonObject): void {
  const [name, uid, version] = ['name', 'uid', 'resourceVersion'].map(
    (field) => stringAt(desired, 'metadata', field) ?? '',
  );
  if (name !== '' && name !== metadata.name) {
    throw badRequest(
      `the name of the object (${name}) does not match the name on the URL (${metadata.name})`,
    );
  }
  if (uid !== '' && uid !== metadata.uid) {
    throw conflict(
      resource,
      metadata.name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`,
    );
  }
  if (version !== '' && version !== metadata.resourceVersion) throw conflict(resource, metadata.name);
}

function withStatusOf(current: KubeObject, desired: JsonObject, at: string): KubeObject {
  if (isEqual(desired.status, current.status)) return current;
  // registry/core/persistentvolume/strategy.go: whoever changes the phase, the server says when.
  const isNewPhase =
    current.kind === 'PersistentVolume' &&
    stringAt(desired, 'status', 'phase') !== stringAt(current, 'status', 'phase');
  if (!isNewPhase) return { ...current, status: desired.status };
  return { ...current, status: { ...objectAt(desired, 'status'), lastPhaseTransitionTime: at } };
}

/** Fields of metadata a client may set; the rest belongs to the server. */
const CLIENT_META = ['labels', 'annotations', 'ownerReferences', 'finalizers'] as const;

/** Who manages what is the client's to say when it says anything; one empty entry starts anew (managedfields.go). */
function managersIn(sentMeta: JsonObject, { metadata }: KubeObject): ObjectMeta['managedFields'] {
  if (sentMeta.managedFields === undefined) return metadata.managedFields;
  return objectsAt(sentMeta, 'managedFields').filter(({ manager }) => manager !== undefined);
}

function withSpecOf(resource: Resource, current: KubeObject, desired: JsonObject): KubeObject {
  const complete = withObjectDefaults(resource.kind, withKept(resource.kind, current, desired));
  const sentMeta = tidyMeta(objectAt(complete, 'metadata'));
  const clientMeta = Object.fromEntries(CLIENT_META.map((field) => [field, sentMeta[field]]));
  const status = hasSubresource(resource, 'status') ? current.status : desired.status;
  return {
    apiVersion: current.apiVersion,
    kind: current.kind,
    metadata: { ...current.metadata, ...clientMeta, managedFields: managersIn(sentMeta, current) },
    ...without(complete, 'apiVersion', 'kind', 'metadata', 'status'),
    ...(status !== undefined && { status }),
  };
}

function withGeneration({ counted }: Resource, current: KubeObject, next: KubeObject): KubeObject {
  const { generation } = current.metadata;
  if (!counted || isEqual(content(current), content(next))) return next;
  return { ...next, metadata: { ...next.metadata, generation: (generation ?? 0) + 1 } };
}

/** A client may rewrite who owns what; kubectl does so when it moves from client-side to server-side apply. */
function withSentManagers(current: KubeObject, desired: JsonObject): KubeObject {
  const sent = valueAt(desired, 'metadata', 'managedFields');
  if (!isArray(sent) || isEqual(sent, current.metadata.managedFields)) return current;
  const managedFields = sent.filter(isObject).filter(({ manager }) => manager !== undefined);
  return { ...current, metadata: { ...current.metadata, managedFields } };
}

const content = (object: KubeObject): Json => without(object, 'metadata', 'status');

type Managed = {
  readonly object: KubeObject;
  readonly before: KubeObject | undefined;
  readonly writer: Writer;
};

function withManagedFields({ clock }: ServerContext, { object, before, writer }: Managed): KubeObject {
  const managedFields = managedAfterWrite({ before, after: object, writer, now: clock.now() });
  const metadata: ObjectMeta = { ...object.metadata, managedFields };
  return freeze({ ...object, metadata });
}

/** An empty map or list of metadata is not written out, so it must not count as a difference. */
function tidyMeta(meta: JsonObject): JsonObject {
  const entries = Object.entries(meta).filter(
    ([, value]) => typeof value !== 'object' || value === null || Object.keys(value).length > 0,
  );
  return Object.fromEntries(entries);
}

/** Deletion was asked for and the last finalizer is gone. */
function isReleased({ metadata, kind, spec }: KubeObject): boolean {
  const held = kind === 'Namespace' ? valueAt(spec, 'finalizers') : undefined;
  return (
    (!isArray(held) || held.length === 0) &&
    metadata.deletionTimestamp !== undefined &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    (metadata.finalizers ?? []).length === 0
  );
}

function withoutVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _unset, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as ObjectMeta };
}

function freeze(object: KubeObject): KubeObject {
  return frozenCopy(object) as KubeObject;
}
