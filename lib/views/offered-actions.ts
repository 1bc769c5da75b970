import type { OfferedAction } from '#lib/contract/incident-view.ts';
import type { ActionSpec } from '#lib/contract/shared.ts';
import type { RemedyAction } from '#lib/model/finding.ts';
import type { Revision } from '#lib/model/revision.ts';
import type { IncidentFacts } from './incident-facts.ts';
import { actionCommand } from './kubectl-command.ts';

/** The undo of this incident: to the last good revision, or disabled with the sentence that says why not. */
export function rollbackAction(facts: IncidentFacts, target = facts.lastGood?.revision): OfferedAction {
  const spec: ActionSpec | undefined = target && { type: 'rollback', toRevision: target.number };
  return {
    type: 'rollback',
    spec,
    label: target ? `Roll back to revision ${target.number}` : 'Roll back',
    refusals: rollbackRefusals(facts, target),
    kubectl: spec ? actionCommand(facts.incident.owner, spec) : '',
  };
}

/** Without an image the dialog asks for one. */
export function setImageAction(
  facts: IncidentFacts,
  wanted: { container?: string; image?: string } = {},
): OfferedAction {
  const containers = facts.workload?.template.containers ?? [];
  const container =
    containers.find(({ name }) => name === (wanted.container ?? facts.findings[0].container)) ??
    containers[0];
  const spec: ActionSpec | undefined = container && {
    type: 'set-image',
    container: container.name,
    image: wanted.image ?? container.image,
  };
  return {
    type: 'set-image',
    spec,
    label: wanted.image ? `Set image to ${wanted.image}` : 'Set image',
    refusals: commonRefusals(facts),
    kubectl: spec ? actionCommand(facts.incident.owner, spec) : '',
  };
}

export function offeredAction(facts: IncidentFacts, action: RemedyAction): OfferedAction {
  if (action.type === 'set-image') return setImageAction(facts, action);
  const target = facts.revisions.find(({ number }) => number === action.toRevision);
  return rollbackAction(facts, target ?? facts.lastGood?.revision);
}

/** What the cache already knows; the preview asks the API server again and the server enforces. */
function rollbackRefusals(facts: IncidentFacts, target: Revision | undefined): string[] {
  const refusals = commonRefusals(facts);
  const { deployment, revisions } = facts;
  if (!deployment) return refusals;
  if (!target) {
    refusals.push(
      revisions.length <= 1
        ? 'There is no earlier revision in the history.'
        : 'No earlier revision is known to be free of this failure.',
    );
  }
  if (deployment.paused) refusals.push('The rollout is paused; resume it first.');
  if (target?.template.hash === deployment.template.hash) {
    refusals.push(`Revision ${target.number} is already running.`);
  }
  return refusals;
}

function commonRefusals({ deployment, incident, readOnly }: IncidentFacts): string[] {
  const refusals: string[] = [];
  if (readOnly) refusals.push('This dashboard is read-only.');
  if (!deployment) {
    refusals.push(
      incident.owner.kind === 'Deployment'
        ? `Deployment ${incident.owner.name} cannot be read.`
        : `Only Deployments can be changed from here, not a ${incident.owner.kind}.`,
    );
  }
  return refusals;
}
