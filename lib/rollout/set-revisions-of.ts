import { isConditionTrue } from '#lib/health/condition-of.ts';
import type { ControllerRevision } from '#lib/model/controller-revision.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { PodTemplate } from '#lib/model/pod-template.ts';
import type { Revision } from '#lib/model/revision.ts';
import type { DaemonSet, StatefulSet } from '#lib/model/workload.ts';
import { podLabelOf, REVISION_LABEL } from './pod-revision.ts';
import { restartsOf } from './restarts-of.ts';

type Kept = ControllerRevision & { readonly template: PodTemplate };

/**
 * Revisions of a StatefulSet or DaemonSet, newest first. Its controller keeps each template in a ControllerRevision, and
 * gives the one it finds equal to the set's template the next number, also when somebody rolled back to it.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/history/controller_history.go
 */
export function setRevisionsOf(
  set: StatefulSet | DaemonSet,
  controllerRevisions: readonly ControllerRevision[],
  {
    pods,
    availability,
  }: { readonly pods: readonly Pod[]; readonly availability: ReadonlyMap<string, number> },
): Revision[] {
  const owned = controllerRevisions
    .filter((each): each is Kept => each.template !== undefined)
    .filter(({ meta, revision }) => meta.owner?.uid === set.meta.uid && revision > 0)
    .toSorted((a, b) => b.revision - a.revision || b.meta.createdAt - a.meta.createdAt);
  const current = currentOf(set, owned);
  const byLabel = Map.groupBy(pods, ({ meta }) => meta.labels[REVISION_LABEL] ?? '');
  return owned.map((each) => {
    const podLabel = podLabelOf(each);
    const own = (podLabel === '' ? undefined : byLabel.get(podLabel)) ?? [];
    const living = own.filter(({ meta }) => meta.deletedAt === undefined);
    const isCurrent = each === current;
    const wasReturnedTo = isRenumbered(each, owned);
    return {
      number: each.revision,
      kind: 'ControllerRevision',
      name: each.meta.name,
      uid: each.meta.uid,
      podLabel,
      template: each.template,
      images: each.template.containers.map(({ image }) => image),
      createdAt: each.meta.createdAt,
      rolledOutAt: since(each, { set, owned, pods, own, isCurrent, wasReturnedTo }),
      changeCause: each.changeCause,
      isCurrent,
      ready: living.filter((pod) => isConditionTrue(pod, 'Ready')).length,
      desired: living.length,
      fullyAvailableMs: availability.get(each.meta.uid),
      restarts: restartsOf(own),
      wasReturnedTo,
    };
  });
}

/**
 * The one of the set's own template: the newest of several, as the controllers do. A StatefulSet names it in its status once it
 * has looked; that counts more, because a controller of another version may see as equal what differs in a default.
 */
function currentOf(set: StatefulSet | DaemonSet, newestFirst: readonly Kept[]): Kept | undefined {
  const isObserved = set.observedGeneration >= set.meta.generation;
  const named =
    set.kind === 'StatefulSet' && isObserved
      ? newestFirst.find(({ meta }) => meta.name === set.updateRevision)
      : undefined;
  return named ?? newestFirst.find(({ template }) => template.hash === set.template.hash);
}

/** It is older than another one and has the higher number: it was called back. Numbers it had are not kept. */
const isRenumbered = ({ meta, revision }: Kept, owned: readonly Kept[]): boolean =>
  owned.some((other) => other.meta.createdAt > meta.createdAt && other.revision < revision);

/**
 * When it became the current one (epoch ms). One that was never called back: when it was made. Of the current one that was, no
 * object and no event says when: the oldest of its pods does that came after everything else was there, which is right until
 * all of them were replaced. `undefined`: nothing tells.
 */
function since(
  { meta, revision }: Kept,
  about: {
    readonly set: StatefulSet | DaemonSet;
    readonly owned: readonly Kept[];
    readonly pods: readonly Pod[];
    readonly own: readonly Pod[];
    readonly isCurrent: boolean;
    readonly wasReturnedTo: boolean;
  },
): number | undefined {
  const { set, owned, pods, own, isCurrent, wasReturnedTo } = about;
  // Without a history what it was called back from is deleted, and with that every trace.
  const isTraceable = set.revisionHistoryLimit > 0 || revision === 1 || owned.length > 1;
  if (!wasReturnedTo) return isTraceable ? meta.createdAt : undefined;
  if (!isCurrent) return undefined;
  const mine = new Set(own);
  const others = [...owned, ...pods.filter((pod) => !mine.has(pod))].map((each) => each.meta.createdAt);
  const earliest = Math.max(meta.createdAt, ...others);
  const births = own.map((pod) => pod.meta.createdAt).filter((at) => at > earliest);
  return births.length > 0 ? Math.min(...births) : undefined;
}
