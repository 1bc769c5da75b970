import type { ActionSpec } from '#lib/contract/shared.ts';
import type { Revision } from '#lib/model/revision.ts';
import type { RollingWorkload } from '#lib/model/workload.ts';
import { invalidImageClause, parseImageReference } from '#lib/rollout/image-reference.ts';
import { commandTarget, RESOURCE_OF } from './kind-words.ts';

export type RefusalInput = {
  readonly workload: RollingWorkload;
  /** Newest first, see `revisionsOf`. */
  readonly revisions: readonly Revision[];
  readonly readOnly: boolean;
  /** `undefined`: not asked, or no answer. Then the API server decides. */
  readonly mayPatch?: boolean;
};

/**
 * Why an action must not run, as sentences; empty when it may. The button shows them and the server enforces
 * the same function on the fresh object.
 */
export function actionRefusals(input: RefusalInput, action: ActionSpec): string[] {
  const own =
    action.type === 'rollback' ? rollback(input, action.toRevision) : setImage(input.workload, action);
  return [...general(input), ...own];
}

function general({ workload, readOnly, mayPatch }: RefusalInput): string[] {
  const { kind, meta } = workload;
  const { namespace, name, deletedAt } = meta;
  return [
    ...(readOnly ? ['This server is read-only; it changes nothing in the cluster.'] : []),
    ...(mayPatch === false ? [`You may not patch ${RESOURCE_OF[kind]} in namespace ${namespace}.`] : []),
    ...(deletedAt === undefined ? [] : [`${namespace}/${name} is being deleted.`]),
    // kubectl refuses the undo of a paused Deployment; a new image would be stored and nothing would roll.
    ...(workload.kind === 'Deployment' && workload.paused
      ? [
          `The rollout is paused; resume it first: kubectl rollout resume ${commandTarget({ kind, namespace, name })}`,
        ]
      : []),
  ];
}

function rollback({ workload, revisions }: RefusalInput, toRevision: number): string[] {
  const target = revisions.find(({ number }) => number === toRevision);
  if (!target) return [missingTarget(workload, revisions, toRevision)];
  const same = target.isCurrent || target.template.hash === workload.template.hash;
  return same ? [`Revision ${toRevision} is already running: its template is the current one.`] : [];
}

function missingTarget(
  { kind, revisionHistoryLimit }: RollingWorkload,
  revisions: readonly Revision[],
  toRevision: number,
): string {
  const renamed = revisions.find(({ pastRevisions }) => pastRevisions?.includes(toRevision));
  if (renamed) return `Revision ${toRevision} is now revision ${renamed.number}: somebody rolled back to it.`;
  if (revisions.length < 2) return 'There is no other revision in the history.';
  const limit = `spec.revisionHistoryLimit is ${revisionHistoryLimit}`;
  // ControllerRevisions do not keep the numbers they had.
  return kind === 'Deployment'
    ? `Revision ${toRevision} has left the history (${limit}).`
    : `Revision ${toRevision} has left the history (${limit}), or has another number since somebody rolled back to it.`;
}

function setImage(
  { template }: RollingWorkload,
  action: { readonly container: string; readonly image: string },
): string[] {
  const { container: name, image } = action;
  const { containers } = template;
  const container = containers.find((candidate) => candidate.name === name);
  const valid = parseImageReference(image) !== undefined;
  return [
    ...(container
      ? []
      : [`There is no container ${name}; there is ${containers.map((c) => c.name).join(', ')}.`]),
    ...(valid ? [] : [`"${image}" is not an image name: ${invalidImageClause(image)}.`]),
    ...(container?.image === image ? [`${name} already uses ${image}.`] : []),
  ];
}
