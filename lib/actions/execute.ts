import type { ActionReceipt, ExecuteRequest } from '#lib/contract/actions.ts';
import { ApiStatusError } from '#lib/kube/api-error.ts';
import type { Clock } from '#lib/kube/clock.ts';
import { maskCredentials } from '#lib/kube/mask.ts';
import { ApiNetworkError } from '#lib/kube/network-error.ts';
import type { Wire } from '#lib/kube/to-model/wire.ts';
import type { ToModelContext } from '#lib/kube/to-model/context.ts';
import type { ActionClient } from './action-client.ts';
import { type ActionFacts, readActionFacts, workloadRef } from './action-facts.ts';
import { type ActionPlan, actionPlan } from './plan/action-plan.ts';
import { actionTitle, kubectlCommand } from './plan/kubectl-command.ts';
import { actionRefusals } from './plan/refusals.ts';
import type { ExecuteResult, Receipts } from './receipts.ts';
import { conflictSentence } from './conflict-sentence.ts';
import { bearsIntent, settleReceipt } from './settle-receipt.ts';

export type ExecuteDeps = {
  readonly client: ActionClient;
  readonly context: ToModelContext;
  readonly clock: Clock;
  readonly receipts: Receipts;
  readonly readOnly: boolean;
  readonly cluster: string;
};

export type ExecuteInput = {
  readonly request: ExecuteRequest;
  readonly actor: string;
  /** Ends the reading before the write; a write that was sent is always followed to its answer. */
  readonly signal?: AbortSignal;
};

/** A lost answer is looked for at once, and again after these. */
const SETTLE_DELAYS_MS = [0, 1000, 3000] as const;

/**
 * Runs one confirmed action: fresh read, precondition, refusals, one PATCH. The same intent id never patches
 * twice; whoever asks again gets the first answer. Every attempt leaves a receipt. Never throws for what the
 * cluster does: the outcome says it.
 *
 * @throws IntentReusedError when the id belongs to another action.
 */
export async function executeAction(deps: ExecuteDeps, input: ExecuteInput): Promise<ExecuteResult> {
  const { request, actor } = input;
  const receipt: ActionReceipt = {
    intentId: request.intentId,
    cluster: deps.cluster,
    actor,
    at: deps.clock.now(),
    target: { ...request.target, uid: request.precondition.uid },
    action: request.action,
    reason: request.reason,
    title: actionTitle(request.target, request.action),
    changes: [],
    kubectl: kubectlCommand(request.target, request.action),
    outcome: 'running',
  };
  return deps.receipts.once(receipt, () => run(deps, input));
}

type Ending = {
  readonly outcome: ActionReceipt['outcome'];
  readonly message: string;
  readonly conflict?: true;
  readonly stored?: Wire;
};

async function run(deps: ExecuteDeps, input: ExecuteInput): Promise<ExecuteResult> {
  const { intentId } = input.request;
  const {
    conflict = false,
    stored,
    ...ending
  } = await attempt(deps, input).catch((error: unknown): Ending => {
    // A fault of ours must not leave a receipt that runs for ever, nor claim to know what a sent write did.
    const sent = deps.receipts.openWrite(intentId) !== undefined;
    return { outcome: sent ? 'unknown' : 'failed', message: messageOf(error) };
  });
  // A settled write has already updated its receipt; the ending is the same then.
  const receipt = deps.receipts.update(intentId, ending, deps.receipts.openWrite(intentId));
  return { receipt, conflict, ...(stored ? { stored } : {}) };
}

async function attempt(deps: ExecuteDeps, input: ExecuteInput): Promise<Ending> {
  const { request, signal } = input;
  const { intentId } = request;
  let facts: ActionFacts;
  try {
    facts = await readActionFacts(deps, request.target, signal);
  } catch (error) {
    return {
      outcome: isAnswer(error) ? 'refused' : 'failed',
      message: `Nothing was written. ${messageOf(error)}`,
    };
  }
  // The answer of an earlier attempt was lost together with this server's memory.
  if (facts.precondition.uid === request.precondition.uid && bearsIntent(facts, intentId))
    return { outcome: 'done', message: 'This was applied before; it was not sent again.' };

  const { precondition } = facts;
  const unchanged =
    precondition.uid === request.precondition.uid &&
    precondition.templateHash === request.precondition.templateHash;
  if (!unchanged)
    return { outcome: 'refused', conflict: true, message: conflictSentence(deps, facts, request) };

  const refusals = actionRefusals({ ...facts, readOnly: deps.readOnly }, request.action);
  const plan = actionPlan({ ...facts, reason: request.reason, intentId }, request.action);
  if (refusals.length > 0 || !plan)
    return { outcome: 'refused', message: refusals.join(' ') || 'The target is gone.' };
  if (signal?.aborted) return { outcome: 'failed', message: 'Stopped before anything was written.' };

  deps.receipts.update(
    intentId,
    { title: plan.title, changes: [...plan.changes], target: workloadRef(facts.workload) },
    { templateHash: precondition.templateHash, sentAt: deps.clock.now() },
  );
  return write(deps, request, plan);
}

async function write(deps: ExecuteDeps, request: ExecuteRequest, plan: ActionPlan): Promise<Ending> {
  try {
    const stored = await deps.client.patchWorkload(request.target, plan.patch, { dryRun: false });
    return { outcome: 'done', message: 'The API server accepted the change.', stored };
  } catch (error) {
    if (neverArrived(error))
      return { outcome: 'failed', message: `Nothing was written. ${messageOf(error)}` };
    if (isAnswer(error)) return rejected(deps, request, error);
    return lost(deps, request, error);
  }
}

/** The server said no. Whether because of our `test` or of something else is read from the object, not from the text. */
async function rejected(deps: ExecuteDeps, request: ExecuteRequest, error: ApiStatusError): Promise<Ending> {
  const failed: Ending = { outcome: 'failed', message: messageOf(error) };
  if (error.code !== 409 && error.code !== 422) return failed;
  try {
    const facts = await readActionFacts(deps, request.target);
    const changed =
      facts.precondition.uid !== request.precondition.uid ||
      facts.precondition.templateHash !== request.precondition.templateHash;
    return changed
      ? { outcome: 'refused', conflict: true, message: conflictSentence(deps, facts, request) }
      : failed;
  } catch {
    return failed;
  }
}

/** No answer: the write may have arrived, or may still arrive. It is looked for and never sent again. */
async function lost(deps: ExecuteDeps, request: ExecuteRequest, error: unknown): Promise<Ending> {
  deps.receipts.update(
    request.intentId,
    { outcome: 'unknown', message: messageOf(error) },
    deps.receipts.openWrite(request.intentId),
  );
  for (const delayMs of SETTLE_DELAYS_MS) {
    await deps.clock.sleep(delayMs);
    const receipt = await settleReceipt(deps, request.intentId);
    if (receipt && receipt.outcome !== 'unknown')
      return { outcome: receipt.outcome, message: receipt.message ?? '' };
  }
  return {
    outcome: 'unknown',
    message: `No answer came, and the change is not there yet. Do not repeat it before it is settled. ${messageOf(error)}`,
  };
}

/** A 5xx may come after the write was stored (a timeout on the way to etcd), so it is no answer. */
const isAnswer = (error: unknown): error is ApiStatusError =>
  error instanceof ApiStatusError && error.code < 500;

const NOT_SENT = new Set(['dns', 'refused', 'unreachable', 'tls', 'proxy']);
const neverArrived = (error: unknown) => error instanceof ApiNetworkError && NOT_SENT.has(error.failure);

const messageOf = (error: unknown) => maskCredentials(error instanceof Error ? error.message : String(error));
