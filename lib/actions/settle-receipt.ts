import { ActionKindSchema, type ActionReceipt } from '#lib/contract/actions.ts';
import { asTextMap, asWire, type Wire } from '#lib/kube/to-model/wire.ts';
import type { ToModelContext } from '#lib/kube/to-model/context.ts';
import type { ActionClient } from './action-client.ts';
import { type ActionFacts, readActionFacts } from './action-facts.ts';
import { INTENT } from './plan/annotation-patch.ts';
import type { Receipts } from './receipts.ts';

export type SettleDeps = {
  readonly client: ActionClient;
  readonly context: ToModelContext;
  readonly clock: { now(): number };
  readonly receipts: Receipts;
};

/**
 * kube-apiserver ends every request after 60 s (`--request-timeout`); a write that has not shown by then, with
 * some room for clocks, never will.
 */
const REQUEST_LIMIT_MS = 70_000;

/**
 * Looks once for a write whose answer was lost, by its intent annotation on the workload, or on the ReplicaSet or
 * ControllerRevision the controller copied it to. Ends as `done` when the mark is there, as `failed` when it can no longer arrive,
 * and stays `unknown` otherwise: when the template was changed by somebody else meanwhile there is no telling.
 * Answers the receipt, `undefined` for an id nobody knows.
 */
export async function settleReceipt(deps: SettleDeps, intentId: string): Promise<ActionReceipt | undefined> {
  const { receipts, clock } = deps;
  const receipt = receipts.get(intentId);
  const write = receipts.openWrite(intentId);
  if (!receipt || receipt.outcome !== 'unknown' || !write) return receipt;
  const readAt = clock.now();
  const { namespace, name } = receipt.target;
  const kind = ActionKindSchema.parse(receipt.target.kind);
  let facts: ActionFacts;
  try {
    facts = await readActionFacts(deps, { kind, namespace, name });
  } catch {
    return receipt; // still no answer: still unknown
  }
  if (bearsIntent(facts, intentId)) {
    return receipts.update(intentId, {
      outcome: 'done',
      message: 'The answer was lost; the change is there.',
    });
  }
  const { uid, templateHash } = facts.precondition;
  if (uid !== receipt.target.uid || templateHash !== write.templateHash) {
    const message =
      'The answer was lost, and the object was changed by somebody else since. Look at its history.';
    return receipts.update(intentId, { message }, write);
  }
  if (readAt - write.sentAt < REQUEST_LIMIT_MS) return receipt;
  return receipts.update(intentId, {
    outcome: 'failed',
    message: 'The change did not reach the API server. Nothing was written.',
  });
}

/** Whether a write of this intent is stored. */
export function bearsIntent({ raw, rawRecords }: ActionFacts, intentId: string): boolean {
  return [raw, ...rawRecords].some((object) => intentOf(object) === intentId);
}

const intentOf = (object: Wire) => asTextMap(asWire(object['metadata'])['annotations'])[INTENT];
