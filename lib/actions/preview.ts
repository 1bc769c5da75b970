import type { ActionPreview, PreviewRequest } from '#lib/contract/actions.ts';
import { ApiStatusError } from '#lib/kube/api-error.ts';
import { maskCredentials } from '#lib/kube/mask.ts';
import type { ToModelContext } from '#lib/kube/to-model/context.ts';
import type { ActionClient } from './action-client.ts';
import { type ActionFacts, readActionFacts, workloadRef } from './action-facts.ts';
import { actionNotes } from './plan/action-notes.ts';
import { type ActionPlan, actionPlan } from './plan/action-plan.ts';
import { actionTitle, kubectlCommand } from './plan/kubectl-command.ts';
import { actionRefusals } from './plan/refusals.ts';

export type PreviewDeps = {
  readonly client: ActionClient;
  readonly context: ToModelContext;
  readonly clock: { now(): number };
  readonly readOnly: boolean;
};

type Check = ActionPreview['checks'][number];

/**
 * What an action would do, checked against the live cluster; writes nothing.
 *
 * @throws ApiStatusError (404: the Deployment is gone, 403: not permitted to read it) and ApiNetworkError.
 */
export async function previewAction(
  deps: PreviewDeps,
  { target, action }: PreviewRequest,
  signal?: AbortSignal,
): Promise<ActionPreview> {
  const facts = await readActionFacts(deps, target, signal);
  const { deployment, revisions, precondition } = facts;
  const refusals = actionRefusals({ ...facts, readOnly: deps.readOnly }, action);
  const plan = actionPlan({ ...facts, reason: '' }, action);
  const dryRun = await dryRunCheck(
    { client: deps.client, facts, plan, refused: refusals.length > 0 },
    target,
  );
  const notes = actionNotes(deployment, revisions, action);
  return {
    target: workloadRef(deployment),
    action,
    title: plan?.title ?? actionTitle(deployment.meta, action),
    effect: plan?.effect ?? 'Nothing would change.',
    confirmLabel: plan?.confirmLabel ?? 'Confirm',
    changes: [...(plan?.changes ?? [])],
    checks: [permissionCheck(facts), dryRun, ...notes.checks],
    refusals: dryRun.result === 'fail' ? [...refusals, dryRun.sentence] : refusals,
    ...(notes.advice ? { advice: notes.advice } : {}),
    kubectl: kubectlCommand(deployment.meta, action),
    precondition,
    checkedAt: deps.clock.now(),
  };
}

function permissionCheck({ mayPatch, deployment }: ActionFacts): Check {
  const { namespace } = deployment.meta;
  const name = 'Permission';
  if (mayPatch === undefined)
    return { result: 'unknown', name, sentence: 'The API server did not say whether you may do this.' };
  return mayPatch
    ? { result: 'pass', name, sentence: `You may patch deployments in namespace ${namespace}.` }
    : { result: 'fail', name, sentence: `You may not patch deployments in namespace ${namespace}.` };
}

type DryRun = {
  readonly client: ActionClient;
  readonly facts: ActionFacts;
  readonly plan: ActionPlan | undefined;
  readonly refused: boolean;
};

/** The same patch with `dryRun=All`: admission and validation run, nothing is stored. */
async function dryRunCheck(
  { client, plan, refused }: DryRun,
  target: PreviewRequest['target'],
): Promise<Check> {
  const name = 'Dry run';
  if (refused || !plan) return { result: 'unknown', name, sentence: 'Not tried: the action is refused.' };
  try {
    await client.patchDeployment(target, plan.patch, { dryRun: true });
    return { result: 'pass', name, sentence: 'The server accepts the change; nothing was written.' };
  } catch (error) {
    const message = maskCredentials(error instanceof Error ? error.message : String(error));
    const answered = error instanceof ApiStatusError && error.code < 500 && error.code !== 429;
    return answered
      ? { result: 'fail', name, sentence: `The server does not accept the change: ${message}` }
      : { result: 'unknown', name, sentence: `The dry run got no verdict: ${message}` };
  }
}
