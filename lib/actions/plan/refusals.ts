import type { ActionSpec } from '#lib/contract/shared.ts';
import type { Revision } from '#lib/model/revision.ts';
import type { Deployment } from '#lib/model/workload.ts';
import { invalidImageClause, parseImageReference } from '#lib/rollout/image-reference.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

export type RefusalInput = {
  readonly deployment: Deployment;
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
    action.type === 'rollback' ? rollback(input, action.toRevision) : setImage(input.deployment, action);
  return [...general(input), ...own];
}

function general({ deployment, readOnly, mayPatch }: RefusalInput): string[] {
  const { namespace, name, deletedAt } = deployment.meta;
  const target = `deployment/${shellWord(name)} -n ${shellWord(namespace)}`;
  return [
    ...(readOnly ? ['This server is read-only; it changes nothing in the cluster.'] : []),
    ...(mayPatch === false ? [`You may not patch deployments in namespace ${namespace}.`] : []),
    ...(deletedAt === undefined ? [] : [`${namespace}/${name} is being deleted.`]),
    // kubectl refuses the undo of a paused Deployment; a new image would be stored and nothing would roll.
    ...(deployment.paused
      ? [`The rollout is paused; resume it first: kubectl rollout resume ${target}`]
      : []),
  ];
}

function rollback({ deployment, revisions }: RefusalInput, toRevision: number): string[] {
  const target = revisions.find(({ number }) => number === toRevision);
  if (!target) return [missingTarget(deployment, revisions, toRevision)];
  const same = target.template.hash === deployment.template.hash;
  return same ? [`Revision ${toRevision} is already running: its template is the current one.`] : [];
}

function missingTarget(deployment: Deployment, revisions: readonly Revision[], toRevision: number): string {
  const renamed = revisions.find(({ pastRevisions }) => pastRevisions?.includes(toRevision));
  if (renamed) return `Revision ${toRevision} is now revision ${renamed.number}: somebody rolled back to it.`;
  if (revisions.length < 2) return 'There is no other revision in the history.';
  return `Revision ${toRevision} has left the history (spec.revisionHistoryLimit is ${deployment.revisionHistoryLimit}).`;
}

function setImage(
  deployment: Deployment,
  action: { readonly container: string; readonly image: string },
): string[] {
  const { container: name, image } = action;
  const { containers } = deployment.template;
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
