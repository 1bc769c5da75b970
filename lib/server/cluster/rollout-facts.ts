import type { Incident } from '#lib/model/incident.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { FieldChange, Revision } from '#lib/model/revision.ts';
import type { RollingWorkload } from '#lib/model/workload.ts';
import {
  GOOD_AFTER_MS,
  lastGoodRevision,
  type LastGoodRevision,
  rolloutHadCompleted,
} from '#lib/rollout/last-good-revision.ts';
import { revisionOfPod } from '#lib/rollout/pod-revision.ts';
import { revisionsOf } from '#lib/rollout/revisions-of.ts';
import { templateDiff } from '#lib/rollout/template-diff.ts';
import { wayToCurrent } from '#lib/rollout/way-to-current.ts';
import { fullyAvailableMs } from '#lib/timeline/record-availability.ts';
import type { OwnedObjects } from './cluster-objects.ts';
import type { Histories } from './histories.ts';

/** What the history of a workload's templates says about one incident. */
export type RolloutFacts = {
  readonly workload: RollingWorkload;
  readonly revisions: readonly Revision[];
  /** What the failing pod was made from; the current one where no pod fails. Undefined: it has left the history. */
  readonly failing: Revision | undefined;
  /** The failing pod is of another revision than the current one and stays so: no template reaches it by itself. */
  readonly isUnreached: boolean;
  readonly lastGood: LastGoodRevision | undefined;
  /** From the last good revision to the one that fails. */
  readonly changes: readonly FieldChange[];
  readonly hadCompleted: boolean;
};

export function rolloutFacts(
  workload: RollingWorkload,
  owned: OwnedObjects,
  {
    histories,
    incident,
    primary,
    now,
  }: { histories: Histories; incident: Incident; primary: Pod | undefined; now: number },
): RolloutFacts {
  const { replicaSets, controllerRevisions, pods } = owned;
  const recorded = histories.availabilityOf(workload);
  const availability = new Map(
    [...replicaSets, ...controllerRevisions].flatMap(({ meta }) => {
      const ms = fullyAvailableMs(recorded, meta.uid, now);
      return ms === undefined ? [] : [[meta.uid, ms] as const];
    }),
  );
  const revisions = revisionsOf(workload, owned, { ...owned, availability });
  const failing = primary ? revisionOfPod(primary, revisions) : revisions.find(({ isCurrent }) => isCurrent);
  // Of a pod from nowhere it cannot be said what was before it.
  const isFromNowhere = primary !== undefined && failing === undefined;
  const lastGood = isFromNowhere
    ? undefined
    : lastGoodRevision({
        workload,
        revisions: revisions.filter((each) => !isKnownBad(each, failing, histories)),
        failing,
        failingImages: failingImages(incident, pods),
      });
  const after = failing?.template ?? workload.template;
  const changes = lastGood ? templateDiff(lastGood.revision.template, after) : [];
  const hadCompleted = rolloutHadCompleted(workload, revisions);
  const isUnreached =
    primary !== undefined && failing?.isCurrent === false && wayToCurrent(workload, primary) !== 'rolls';
  return { workload, revisions, failing, isUnreached, lastGood, changes, hadCompleted };
}

/** It failed while we watched, and was never seen to hold for long. */
const isKnownBad = (
  { uid, fullyAvailableMs = 0 }: Revision,
  failing: Revision | undefined,
  histories: Histories,
) => uid !== failing?.uid && histories.hasFailed(uid) && fullyAvailableMs < GOOD_AFTER_MS;

/** Images that cannot be pulled now, or whose containers are crashing with nothing else changed, are no way back. */
function failingImages(incident: Incident, pods: readonly Pod[]): ReadonlySet<string> {
  if (incident.family !== 'image') return new Set();
  const failing = new Set(incident.problems.map(({ pod, container }) => `${pod?.uid}/${container}`));
  return new Set(
    pods.flatMap(({ meta, template }) =>
      template.containers.filter(({ name }) => failing.has(`${meta.uid}/${name}`)).map(({ image }) => image),
    ),
  );
}
