import type { Revision } from '#lib/model/revision.ts';
import type { RollingWorkload } from '#lib/model/workload.ts';

type From = { readonly from: number | undefined };

const STAYS: Readonly<Record<RollingWorkload['kind'], string>> = {
  Deployment: 'Replicas and strategy stay',
  StatefulSet: 'Replicas, strategy, claims and what is in its volumes stay',
  DaemonSet: 'Nodes and strategy stay',
};

/** What an undo does, and what it leaves alone. */
export function rollbackEffect(
  workload: RollingWorkload,
  { from, target }: From & { readonly target: Revision },
): string {
  const template = `the template of revision ${target.number} (${target.kind} ${target.name})`;
  return `${replaced(workload, from, template)} ${STAYS[workload.kind]}; contents of ConfigMaps and Secrets are not part of a revision.`;
}

export function setImageEffect(
  workload: RollingWorkload,
  { from, image }: From & { readonly image: string },
): string {
  if (isOnDelete(workload)) return replaced(workload, from, `a template with ${image}`);
  return `A new revision with ${image} replaces the pods${ofRevision(from)}.`;
}

function replaced(workload: RollingWorkload, from: number | undefined, template: string): string {
  return isOnDelete(workload)
    ? `The template is replaced by ${template}; pods keep theirs until they are deleted.`
    : `The pods${ofRevision(from)} are replaced by pods with ${template}.`;
}

const isOnDelete = (workload: RollingWorkload): boolean =>
  workload.kind !== 'Deployment' && workload.strategy === 'OnDelete';

const ofRevision = (number: number | undefined): string =>
  number === undefined ? '' : ` of revision ${number}`;
