import type { OfferedAction } from '#lib/contract/incident-view.ts';
import type { ActionSpec } from '#lib/contract/shared.ts';
import { kubectlCommand } from './kubectl-command.ts';
import { actionRefusals, type RefusalInput } from './refusals.ts';

/** A button: always there, with the sentences that disable it. */
export function offeredAction(input: RefusalInput, action: ActionSpec): OfferedAction {
  return {
    spec: action,
    type: action.type,
    label: action.type === 'rollback' ? `Roll back to revision ${action.toRevision}` : 'Set image',
    refusals: actionRefusals(input, action),
    kubectl: kubectlCommand(input.deployment.meta, action),
  };
}
