import type { ActionPreview, PreviewRequest } from '#lib/contract/actions.ts';
import { ApiStatusError } from '#lib/kube/api-error.ts';
import { maskCredentials } from '#lib/kube/mask.ts';
import type { ToModelContext } from '#lib/kube/to-model/context.ts';
import { toPod } from '#lib/kube/to-model/pod.ts';
import { asWire, asWires } from '#lib/kube/to-model/wire.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { ActionClient } from './action-client.ts';
import { type ActionFacts, readActionFacts, workloadRef } from './action-facts.ts';
import { actionNotes } from './plan/action-notes.ts';
import { type ActionPlan, actionPlan } from './plan/action-plan.ts';
import { actionTitle, kubectlCommand } from './plan/kubectl-command.ts';
import { RESOURCE_OF } from './plan/kind-words.ts';
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
 * @throws ApiStatusError (404: the workload is gone, 403: not permitted to read it) and ApiNetworkError.
 */
export async function previewAction(
  deps: PreviewDeps,
  { target, action }: PreviewRequest,
  signal?: AbortSignal,
): Promise<ActionPreview> {
  const facts = await readActionFacts(deps, target, signal);
  const { workload, revisions, precondition } = facts;
  const refusals = actionRefusals({ ...facts, readOnly: deps.readOnly }, action);
  const plan = actionPlan({ ...facts, reason: '' }, action);
  const dryRun = await dryRunCheck(
    { client: deps.client, facts, plan, refused: refusals.length > 0 },
    target,
  );
  const pods = await readPods(deps, facts, { target, signal });
  const notes = actionNotes({ workload, revisions, pods, keepsVolumes: keepsVolumes(facts) }, action);
  return {
    target: workloadRef(workload),
    action,
    title: plan?.title ?? actionTitle(workload.meta, action),
    effect: plan?.effect ?? 'Nothing would change.',
    confirmLabel: plan?.confirmLabel ?? 'Confirm',
    changes: [...(plan?.changes ?? [])],
    checks: [permissionCheck(facts), dryRun, ...notes.checks],
    refusals: dryRun.result === 'fail' ? [...refusals, dryRun.sentence] : refusals,
    ...(notes.advice ? { advice: notes.advice } : {}),
    ...(notes.afterwards
      ? { afterwards: { ...notes.afterwards, commands: [...notes.afterwards.commands] } }
      : {}),
    kubectl: kubectlCommand(target, action),
    precondition,
    checkedAt: deps.clock.now(),
  };
}

/** Only of StatefulSets, which have few: theirs decide whether the update comes to its end. Not being able to is no refusal. */
async function readPods(
  { client, context }: PreviewDeps,
  { raw, workload }: ActionFacts,
  { target, signal }: { readonly target: PreviewRequest['target']; readonly signal: AbortSignal | undefined },
): Promise<readonly Pod[] | undefined> {
  if (workload.kind !== 'StatefulSet') return undefined;
  const pods = await client.listPods(target, raw, signal).catch(() => undefined);
  return pods?.map((pod) => toPod(pod, context));
}

const keepsVolumes = ({ raw }: ActionFacts): boolean =>
  asWires(asWire(raw['spec'])['volumeClaimTemplates']).length > 0;

function permissionCheck({ mayPatch, workload }: ActionFacts): Check {
  const { namespace } = workload.meta;
  const resource = RESOURCE_OF[workload.kind];
  const name = 'Permission';
  if (mayPatch === undefined)
    return { result: 'unknown', name, sentence: 'The API server did not say whether you may do this.' };
  return mayPatch
    ? { result: 'pass', name, sentence: `You may patch ${resource} in namespace ${namespace}.` }
    : { result: 'fail', name, sentence: `You may not patch ${resource} in namespace ${namespace}.` };
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
    await client.patchWorkload(target, plan.patch, { dryRun: true });
    return { result: 'pass', name, sentence: 'The server accepts the change; nothing was written.' };
  } catch (error) {
    const message = maskCredentials(error instanceof Error ? error.message : String(error));
    const answered = error instanceof ApiStatusError && error.code < 500 && error.code !== 429;
    return answered
      ? { result: 'fail', name, sentence: `The server does not accept the change: ${message}` }
      : { result: 'unknown', name, sentence: `The dry run got no verdict: ${message}` };
  }
}
