import type { Kind, KubeObject, PodTemplate } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import type { ControllerRevision } from '#lib/sandbox/client/workload-objects.ts';
import { controllerRef, targetOf, type Draft, type Write } from '#lib/sandbox/client/write.ts';
import { fnv32a, safeEncode } from '#lib/sandbox/random.ts';

/** On Pods: the revision's name (StatefulSet) or its hash (DaemonSet). On the ControllerRevisions of DaemonSets too. */
export const REVISION_HASH = 'controller-revision-hash';

/** On ControllerRevisions of StatefulSets (history/controller_history.go, ControllerRevisionHashLabel). */
const OWN_HASH = 'controller.kubernetes.io/hash';
const HASH_LABELS = { StatefulSet: OWN_HASH, DaemonSet: REVISION_HASH } as const;

type Owner = KubeObject & { readonly spec: { readonly template: PodTemplate } };
type OwnerKind = 'StatefulSet' | 'DaemonSet';

/** One revision of a set, stored or about to be. */
export type Revision = {
  readonly name: string;
  readonly hash: string;
  readonly number: number;
  readonly template: PodTemplate;
};

/** Oldest first (history/controller_history.go, byRevision). */
export const byRevision = (a: ControllerRevision, b: ControllerRevision): number =>
  a.revision - b.revision ||
  epochMs(a.metadata.creationTimestamp) - epochMs(b.metadata.creationTimestamp) ||
  (a.metadata.name < b.metadata.name ? -1 : 1);

/** A strategic merge patch that puts the template back: what `kubectl rollout undo` sends. */
const snapshot = (template: PodTemplate) => ({ spec: { template: { ...template, $patch: 'replace' } } });

export function toRevision({ metadata, revision, data }: ControllerRevision): Revision {
  const { $patch: _patch, ...template } = data?.spec?.template ?? { spec: { containers: [] } };
  return {
    name: metadata.name,
    hash: metadata.labels?.[REVISION_HASH] ?? metadata.labels?.[OWN_HASH] ?? metadata.name,
    number: revision,
    template,
  };
}

export type RevisionInput = {
  readonly owner: Owner;
  readonly kind: OwnerKind;
  /** Owned ones. */
  readonly owned: readonly ControllerRevision[];
  /** All of the namespace: their names are taken. */
  readonly all: readonly ControllerRevision[];
  readonly collisionCount: number;
};

/**
 * The revision of the template as it is now: the newest one if nothing changed, an older equal one with a new number
 * (a rollback), or a new one. `collisionCount` grows when another revision has the name already.
 */
export function updateRevision(input: RevisionInput): {
  readonly revision: Revision;
  readonly writes: readonly Write[];
  readonly collisionCount: number;
} {
  const { owner, owned } = input;
  const data = snapshot(owner.spec.template);
  const sorted = owned.toSorted(byRevision);
  const newest = sorted.at(-1);
  const equal = sorted.findLast((revision) => same(revision.data, data));
  const number = (newest?.revision ?? 0) + 1;
  const { collisionCount } = input;
  if (!equal) return created(input, number);
  if (equal === newest) return { revision: toRevision(equal), writes: [], collisionCount };
  const write: Write = {
    verb: 'merge',
    target: targetOf('ControllerRevision', equal),
    patch: { revision: number },
  };
  return { revision: { ...toRevision(equal), number }, writes: [write], collisionCount };
}

function created(
  { owner, kind, all, collisionCount }: RevisionInput,
  number: number,
): ReturnType<typeof updateRevision> {
  const { template } = owner.spec;
  const data = snapshot(template);
  const taken = new Set(all.map(({ metadata }) => metadata.name));
  let count = collisionCount;
  const nameOf = (hash: string) => `${owner.metadata.name}-${hash}`;
  const hashOf = (probe: number) => safeEncode(fnv32a(JSON.stringify(data) + String(probe)));
  while (taken.has(nameOf(hashOf(count)))) count += 1;
  const hash = hashOf(count);
  const name = nameOf(hash);
  const object: Draft = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name,
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels, [HASH_LABELS[kind]]: hash },
      ...(owner.metadata.annotations ? { annotations: owner.metadata.annotations } : {}),
      ownerReferences: [controllerRef('apps/v1', kind satisfies Kind, owner)],
    },
    data,
    revision: number,
  };
  return {
    revision: { name, hash, number, template },
    writes: [{ verb: 'create', object }],
    collisionCount: count,
  };
}

/** Revisions beyond the limit that nothing uses any more, oldest first. */
export function surplusRevisions(
  owned: readonly ControllerRevision[],
  { live, limit }: { live: (revision: ControllerRevision) => boolean; limit: number },
): readonly Write[] {
  const unused = owned.toSorted(byRevision).filter((revision) => !live(revision));
  return unused.slice(0, Math.max(0, unused.length - limit)).map((revision) => ({
    verb: 'delete',
    target: targetOf('ControllerRevision', revision),
    uid: revision.metadata.uid,
  }));
}
