import type { ObjectMeta, OwnerRef } from '#lib/model/object-meta.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';

export type OwnedObject = { readonly kind: string; readonly meta: ObjectMeta };

/** Finds an owner among the objects we may read; `namespace` is the owned object's. */
export type OwnerLookup = (ref: OwnerRef, namespace: string) => OwnedObject | undefined;

export type Owner = {
  readonly ref: WorkloadRef;
  /**
   * `read`: the owner object was seen. `named`: only its reference was (exact, but there may be something above it).
   * `guessed`: the ReplicaSet could not be read, so the Deployment is its name without the pod-template-hash; the
   * uid is unknown ('').
   */
  readonly certainty: 'read' | 'named' | 'guessed';
};

/** What a person names as broken; what owns these (an operator's object) is not asked for. */
const TOPS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob']);
/** Owner kinds that count: a Job started by a workflow engine is itself the thing to look at. */
const MAY_OWN: Readonly<Record<string, (kind: string) => boolean>> = {
  // The kubelet marks static pods as owned by their Node.
  Pod: (kind) => kind !== 'Node',
  ReplicaSet: () => true,
  Job: (kind) => kind === 'CronJob',
};

/** The top of the owner chain: Pod -> ReplicaSet -> Deployment, Job -> CronJob; a bare object owns itself. */
export function ownerOf(object: OwnedObject, lookup: OwnerLookup): Owner {
  const { namespace, owner } = object.meta;
  if (TOPS.has(object.kind) || !owner || !(MAY_OWN[object.kind]?.(owner.kind) ?? false)) {
    return { ref: refTo(object), certainty: 'read' };
  }
  const found = lookup(owner, namespace);
  if (found) return ownerOf(found, lookup);
  const guess =
    object.kind === 'Pod' && owner.kind === 'ReplicaSet' ? deploymentName(object, owner) : undefined;
  if (guess !== undefined) {
    return { ref: { kind: 'Deployment', namespace, name: guess, uid: '' }, certainty: 'guessed' };
  }
  return { ref: { kind: owner.kind, namespace, name: owner.name, uid: owner.uid }, certainty: 'named' };
}

export function refTo({ kind, meta }: OwnedObject): WorkloadRef {
  return { kind, namespace: meta.namespace, name: meta.name, uid: meta.uid };
}

/** The Deployment controller names its ReplicaSets `<deployment>-<pod-template-hash>`. */
function deploymentName(pod: OwnedObject, { name }: OwnerRef): string | undefined {
  const hash = pod.meta.labels['pod-template-hash'];
  const suffix = `-${hash}`;
  return hash && name.endsWith(suffix) && name.length > suffix.length
    ? name.slice(0, -suffix.length)
    : undefined;
}
