import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isArray, objectAt, objectsAt, valueAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { timestamp } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { groupVersion, RESOURCES, storedResource } from '#lib/sandbox/apiserver/resources.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { putStatus } from './put-status.ts';
import { removeObject } from './remove-object.ts';

/** The controller lets a deletion settle this long before it acts (namespace_controller.go). */
const SETTLE_MS = 5000;
const STORAGE = 'namespaces';

/**
 * The namespace controller (kubernetes/pkg/controller/namespace): empties namespaces that are to go, Pods first, says
 * in conditions what is in the way, and lets go of those that are empty. It is part of the server, because without
 * it no namespace would ever go.
 */
export function deleteNamespaces(context: ServerContext): void {
  const waiting = new Set<string>();
  const wait = (name: string): void => {
    if (waiting.has(name)) return;
    waiting.add(name);
    context.clock.after(SETTLE_MS, () => {
      waiting.delete(name);
      if (isLeftOver(context, name)) wait(name);
    });
  };
  context.journal.subscribe(STORAGE, ({ type, object }) => {
    if (type !== 'DELETED' && object.metadata.deletionTimestamp !== undefined) wait(object.metadata.name);
  });
}

/** One pass over a namespace; whether another one is needed. */
function isLeftOver(context: ServerContext, name: string): boolean {
  const { journal } = context;
  if (journal.get(STORAGE, undefined, name)?.metadata.deletionTimestamp === undefined) return false;
  removeAll(context, 'pods', name);
  // KEP-5080: whatever protects or configures Pods outlives them.
  const hasPods = journal.list('pods', name).length > 0;
  const others = journal.storages().filter((storage) => storage !== 'pods' && storage !== 'events');
  // Events last: the deletions above write some.
  if (!hasPods) for (const storage of [...others, 'events']) removeAll(context, storage, name);
  const left = hasPods ? [] : [...others, 'events'].flatMap((storage) => journal.list(storage, name));
  const namespace = withConditions(context, name, left);
  if (!namespace || hasPods || left.length > 0) return namespace !== undefined;
  release(context, namespace);
  return false;
}

function removeAll(context: ServerContext, storage: string, namespace: string): void {
  const resource = storedResource(storage);
  if (!resource?.namespaced) return;
  for (const { metadata } of context.journal.list(storage, namespace)) {
    const object = context.journal.get(storage, namespace, metadata.name);
    if (object) removeObject(context, { resource, object, propagation: 'Background' });
  }
}

/** The controller's finalizer goes; the object too, when nobody else holds it. */
function release({ journal }: ServerContext, namespace: KubeObject): void {
  const finalizers = valueAt(namespace, 'spec', 'finalizers');
  const others = isArray(finalizers) ? finalizers.filter((finalizer) => finalizer !== 'kubernetes') : [];
  const { name, finalizers: own = [] } = namespace.metadata;
  const isHeld = others.length > 0 || own.length > 0;
  const spec = { ...objectAt(namespace, 'spec'), finalizers: others.length > 0 ? others : undefined };
  if (isHeld || (isArray(finalizers) && finalizers.length > 0)) journal.put(STORAGE, { ...namespace, spec });
  if (!isHeld) journal.remove(STORAGE, undefined, name);
}

type Condition = { readonly type: string; readonly ok: readonly [reason: string, message: string] };

/** pkg/controller/namespace/deletion/status_condition_utils.go. */
const CONDITIONS: readonly Condition[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    ok: ['ResourcesDiscovered', 'All resources successfully discovered'],
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    ok: ['ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  },
  {
    type: 'NamespaceDeletionContentFailure',
    ok: ['ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
  },
  { type: 'NamespaceContentRemaining', ok: ['ContentRemoved', 'All content successfully removed'] },
  {
    type: 'NamespaceFinalizersRemaining',
    ok: ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
  },
];

function withConditions(
  context: ServerContext,
  name: string,
  left: readonly KubeObject[],
): KubeObject | undefined {
  const namespace = context.journal.get(STORAGE, undefined, name);
  if (!namespace) return undefined;
  const now = timestamp(context.clock.now());
  const problems = problemsOf(left);
  const known = objectsAt(namespace, 'status', 'conditions');
  const conditions = CONDITIONS.map(({ type, ok }): JsonObject => {
    const [reason, message] = problems[type] ?? ok;
    const status = problems[type] ? 'True' : 'False';
    const before = known.find((condition) => condition.type === type);
    const since = before?.status === status ? before.lastTransitionTime : now;
    return { type, status, lastTransitionTime: since, reason, message };
  });
  const status = { ...objectAt(namespace, 'status'), phase: 'Terminating', conditions };
  return putStatus(context, {
    storage: STORAGE,
    object: namespace,
    status,
    manager: 'kube-controller-manager',
  });
}

function problemsOf(left: readonly KubeObject[]): Readonly<Record<string, Condition['ok']>> {
  if (left.length === 0) return {};
  const byResource = counted(left.map(({ kind, apiVersion }) => resourceText(kind, apiVersion)));
  const byFinalizer = counted(left.flatMap(({ metadata }) => metadata.finalizers ?? []));
  const resources = byResource.map(([what, count]) => `${what} has ${count} resource instances`);
  const finalizers = byFinalizer.map(([what, count]) => `${what} in ${count} resource instances`);
  return {
    NamespaceContentRemaining: [
      'SomeResourcesRemain',
      `Some resources are remaining: ${resources.join(', ')}`,
    ],
    ...(finalizers.length > 0 && {
      NamespaceFinalizersRemaining: [
        'SomeFinalizersRemain',
        `Some content in the namespace has finalizers remaining: ${finalizers.join(', ')}`,
      ],
    }),
  };
}

/** Plural, a dot, group: `configmaps.` for the core group, as upstream writes it. */
function resourceText(kind: string, apiVersion: string): string {
  const resource = RESOURCES.find((known) => known.kind === kind && groupVersion(known) === apiVersion);
  return `${resource?.plural ?? ''}.${resource?.group ?? ''}`;
}

function counted(names: readonly string[]): readonly (readonly [string, number])[] {
  const counts = Map.groupBy(names, (name) => name);
  return [...counts]
    .map(([name, all]) => [name, all.length] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
