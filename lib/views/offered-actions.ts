import { kubectlCommand } from '#lib/actions/plan/kubectl-command.ts';
import { actionRefusals } from '#lib/actions/plan/refusals.ts';
import { ActionKindSchema } from '#lib/contract/actions.ts';
import type { OfferedAction } from '#lib/contract/incident-view.ts';
import type { ActionSpec } from '#lib/contract/shared.ts';
import { incidentState } from '#lib/incidents/incident-state.ts';
import type { RemedyAction } from '#lib/model/finding.ts';
import type { Revision } from '#lib/model/revision.ts';
import type { IncidentFacts } from './incident-facts.ts';

/** The undo of this incident: to the last good revision, or disabled with the sentence that says why not. */
export function rollbackAction(facts: IncidentFacts): OfferedAction {
  const action = rollbackTo(facts, facts.lastGood?.revision);
  const isOver = incidentState(facts.incident) !== 'open';
  if (isOver) return { ...action, refusals: ['This has recovered: there is nothing to undo.'] };
  const { failing, isUnreached } = facts;
  return failing && isUnreached
    ? withoutSpec(facts, { type: 'rollback', label: 'Roll back' }, unreached(failing))
    : action;
}

/** The way back to one revision, as the list of rollouts offers it. */
export function rollbackTo(facts: IncidentFacts, target: Revision | undefined): OfferedAction {
  const label = target ? `Roll back to revision ${target.number}` : 'Roll back';
  if (!target) return withoutSpec(facts, { type: 'rollback', label }, noTarget(facts));
  return offered(facts, { type: 'rollback', toRevision: target.number }, label);
}

/** Stands for the one the reader will type: made from the present one it would be as invalid as that. */
const ANY_OTHER_IMAGE = 'registry.invalid/another-image:typed';

/** Without a wanted image the dialog asks for one; that the present one already runs is no reason to disable it. */
export function setImageAction(
  facts: IncidentFacts,
  wanted: { container?: string; image?: string } = {},
): OfferedAction {
  const containers = facts.workload?.template.containers ?? [];
  const failing = wanted.container ?? facts.findings[0].container;
  const container = containers.find(({ name }) => name === failing) ?? containers[0];
  const label = wanted.image ? `Set image to ${wanted.image}` : 'Set image';
  if (!container) return withoutSpec(facts, { type: 'set-image', label }, 'The containers cannot be read.');
  const spec: ActionSpec = {
    type: 'set-image',
    container: container.name,
    image: wanted.image ?? container.image,
  };
  const action = offered(facts, spec, label);
  if (wanted.image || !facts.rolling) return action;
  const typed: ActionSpec = { ...spec, image: ANY_OTHER_IMAGE };
  return { ...action, refusals: actionRefusals({ ...facts, workload: facts.rolling }, typed) };
}

export function offeredAction(facts: IncidentFacts, action: RemedyAction): OfferedAction {
  if (action.type === 'set-image') return setImageAction(facts, action);
  const target = facts.revisions.find(({ number }) => number === action.toRevision);
  return target ? rollbackTo(facts, target) : rollbackAction(facts);
}

/** What the cache already knows; the preview asks the API server again, and the server enforces. */
function offered(facts: IncidentFacts, spec: ActionSpec, label: string): OfferedAction {
  const { incident, rolling } = facts;
  return {
    type: spec.type,
    spec,
    label,
    refusals: rolling
      ? actionRefusals({ ...facts, workload: rolling }, spec)
      : [ownerSentence(incident.owner.kind)],
    kubectl: kubectlCommand(incident.owner, spec),
  };
}

function withoutSpec(
  facts: IncidentFacts,
  action: Pick<OfferedAction, 'type' | 'label'>,
  sentence: string,
): OfferedAction {
  return {
    ...action,
    refusals: [facts.rolling ? sentence : ownerSentence(facts.incident.owner.kind)],
    kubectl: '',
  };
}

/** The template is another one already. */
const unreached = ({ number }: Revision) =>
  `The pods that fail are of revision ${number}, which is not the current one, and no template reaches them by itself.`;

function noTarget({ revisions, historyGap }: IncidentFacts): string {
  if (historyGap)
    return `${historyGap.what} could not be read; it takes permission to ${historyGap.permission}.`;
  return revisions.length <= 1
    ? 'There is no other revision in the history.'
    : 'No other revision is known to be free of this failure.';
}

const ownerSentence = (kind: string) =>
  ActionKindSchema.safeParse(kind).success
    ? `The ${kind} cannot be read.`
    : `Only Deployments, StatefulSets and DaemonSets can be changed from here, not a ${kind}.`;
