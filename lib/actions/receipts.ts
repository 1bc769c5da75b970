import type { ActionReceipt } from '#lib/contract/actions.ts';
import type { Wire } from '#lib/kube/to-model/wire.ts';

/** How a receipt ended, and whether the reason was that the world had changed. */
export type ExecuteResult = {
  readonly receipt: ActionReceipt;
  readonly conflict: boolean;
  /** The Deployment as the API server stored it, from the answer to our own PATCH; never sent on. */
  readonly stored?: Wire;
};

/** What is needed to find out later whether a write without an answer arrived. */
export type OpenWrite = { readonly templateHash: string; readonly sentAt: number };

type Entry = {
  receipt: ActionReceipt;
  /** The first execution; later ones with the same id wait for it. */
  result: Promise<ExecuteResult>;
  openWrite?: OpenWrite;
};

/** Receipts of every attempt, newest first, in memory. One intent id, one execution. */
export interface Receipts {
  /** Runs `execute` for the first caller of this intent; all others get the same promise. */
  once(receipt: ActionReceipt, execute: () => Promise<ExecuteResult>): Promise<ExecuteResult>;
  update(intentId: string, change: Partial<ActionReceipt>, openWrite?: OpenWrite): ActionReceipt;
  get(intentId: string): ActionReceipt | undefined;
  openWrite(intentId: string): OpenWrite | undefined;
  list(): readonly ActionReceipt[];
}

/** The same intent id with another target, action or actor: a client error, nothing is executed. */
export class IntentReusedError extends Error {
  override readonly name = 'IntentReusedError';
}

const DEFAULT_LIMIT = 500;

/** Keeps the newest `limit` receipts, and those whose outcome is open for as long again. */
export function createReceipts({ limit = DEFAULT_LIMIT }: { readonly limit?: number } = {}): Receipts {
  const entries = new Map<string, Entry>();

  function trim(): void {
    for (const [intentId, { receipt }] of entries) {
      if (entries.size <= limit) return;
      const isOpen =
        receipt.outcome === 'running' || (receipt.outcome === 'unknown' && entries.size <= 2 * limit);
      if (!isOpen) entries.delete(intentId);
    }
  }

  return {
    once(receipt, execute) {
      const known = entries.get(receipt.intentId);
      if (known) {
        if (identity(known.receipt) === identity(receipt)) return known.result;
        throw new IntentReusedError('This intent id belongs to another action.');
      }
      const entry: Entry = { receipt, result: Promise.resolve({ receipt, conflict: false }) };
      entries.set(receipt.intentId, entry);
      entry.result = execute();
      trim();
      return entry.result;
    },
    update(intentId, change, openWrite) {
      const entry = entries.get(intentId);
      if (!entry) throw new Error(`No receipt ${intentId}`);
      entry.receipt = { ...entry.receipt, ...change };
      entry.openWrite = openWrite;
      return entry.receipt;
    },
    get: (intentId) => entries.get(intentId)?.receipt,
    openWrite: (intentId) => entries.get(intentId)?.openWrite,
    list: () => [...entries.values()].map(({ receipt }) => receipt).reverse(),
  };
}

function identity({ cluster, actor, target, action }: ActionReceipt): string {
  return JSON.stringify([cluster, actor, target.namespace, target.name, action]);
}
