import { executeAction } from '#lib/actions/execute.ts';
import { createKubeActionClient } from '#lib/actions/kube-action-client.ts';
import { previewAction } from '#lib/actions/preview.ts';
import { createReceipts, type Receipts } from '#lib/actions/receipts.ts';
import { settleReceipt } from '#lib/actions/settle-receipt.ts';
import { toRollingWorkload } from '#lib/actions/to-rolling-workload.ts';
import {
  ActionKindSchema,
  type ActionPreview,
  type ActionReceipt,
  type ActionTarget,
  type ExecuteRequest,
  type PreviewRequest,
} from '#lib/contract/actions.ts';
import type { Clock } from '#lib/kube/clock.ts';
import type { ClusterConnection } from '#lib/kube/connection.ts';
import type { ToModelContext } from '#lib/kube/to-model/context.ts';
import type { Wire } from '#lib/kube/to-model/wire.ts';
import type { RollingWorkload, WorkloadRef } from '#lib/model/workload.ts';
import { AppError } from '#lib/server/app-error.ts';
import type { ActionFact } from '#lib/timeline/timeline-entries.ts';
import { asAppError } from './as-app-error.ts';
import { followedRollout, type WrittenState, writtenState } from './followed-rollout.ts';

export type ActionsOptions = {
  readonly connection: ClusterConnection;
  readonly readOnly: boolean;
  /** The cluster's time. */
  readonly clock: Clock;
  readonly hash: ToModelContext['hash'];
  /** As the watch shows it. */
  readonly workload: (target: ActionTarget) => RollingWorkload | undefined;
  /** The number of its current revision, where it is known. */
  readonly revisionNumber: (workload: RollingWorkload) => number | undefined;
  /** These views may differ now. */
  readonly onChange: (keys: readonly string[]) => void;
};

/** Previews, writes and their receipts. */
export type Actions = {
  preview(request: PreviewRequest): Promise<ActionPreview>;
  execute(request: ExecuteRequest): Promise<ActionReceipt>;
  receipts(): readonly ActionReceipt[];
  receipt(intentId: string): ActionReceipt | undefined;
  /** What was done to this workload from here, for its timeline. */
  factsOn(owner: WorkloadRef): readonly ActionFact[];
  /** Brings receipts that are not at their end up to date with the cluster. */
  follow(): void;
};

export function createActions(options: ActionsOptions): Actions {
  const { connection, readOnly, clock, hash, workload, revisionNumber, onChange } = options;
  const deps = {
    client: createKubeActionClient(connection),
    context: { hash, odd: () => undefined },
    clock,
    receipts: createReceipts(),
    readOnly,
    cluster: connection.context,
  };
  /** What each accepted write left behind, to tell its rollout from a later one. */
  const written = new Map<string, WrittenState>();
  /** Writes without an answer that are being looked for right now. */
  const settling = new Set<string>();

  const announce = (intentId: string) => onChange(['/api/actions', `/api/actions/${intentId}`]);

  async function execute(request: ExecuteRequest): Promise<ActionReceipt> {
    const { receipt, conflict, stored } = await executeAction(deps, { request, actor: connection.user });
    if (receipt.outcome === 'done') await startFollowing(request.intentId, request.target, stored);
    follow();
    announce(request.intentId);
    if (!conflict) return deps.receipts.get(request.intentId) ?? receipt;
    throw new AppError('conflict', receipt.message ?? 'The object was changed meanwhile.', {
      hint: 'Nothing was written. Look at the new preview and confirm again.',
    });
  }

  /** `stored` is what our own PATCH left; a read later may already show somebody else's change. */
  async function startFollowing(intentId: string, target: ActionTarget, stored?: Wire): Promise<void> {
    if (written.has(intentId)) return;
    const raw = stored ?? (await deps.client.getWorkload(target).catch(() => undefined));
    if (raw) written.set(intentId, writtenState(toRollingWorkload(target.kind, raw, deps.context)));
    // Receipts leave after a while; what was kept for them leaves too.
    for (const known of written.keys()) if (!deps.receipts.get(known)) written.delete(known);
  }

  function follow(): void {
    for (const receipt of deps.receipts.list()) {
      if (receipt.outcome === 'unknown') void settle(receipt.intentId);
      const state = written.get(receipt.intentId);
      if (!state || isFinal(receipt)) continue;
      const seen = workload(targetOf(receipt));
      const rollout = followedRollout(state, seen, seen && revisionNumber(seen));
      if (JSON.stringify(rollout) === JSON.stringify(receipt.rollout)) continue;
      deps.receipts.update(receipt.intentId, { rollout });
      announce(receipt.intentId);
    }
  }

  /** Looks for one write at a time: changes of workloads come faster than answers. */
  async function settle(intentId: string): Promise<void> {
    if (settling.has(intentId)) return;
    settling.add(intentId);
    try {
      const settled = await settleReceipt(deps, intentId).catch(() => undefined);
      if (!settled || settled.outcome === 'unknown') return;
      if (settled.outcome === 'done') await startFollowing(intentId, targetOf(settled));
      announce(intentId);
    } finally {
      settling.delete(intentId);
    }
  }

  return {
    preview: (request) => previewAction(deps, request).catch(asAppError),
    // Left out at composition: in read-only mode nothing that writes is reachable.
    execute: readOnly ? refuseReadOnly : (request) => execute(request).catch(asAppError),
    receipts: () => deps.receipts.list(),
    receipt: (intentId) => deps.receipts.get(intentId),
    factsOn: (owner) => actionFacts(deps.receipts, owner),
    follow,
  };
}

const refuseReadOnly = () =>
  Promise.reject(new AppError('forbidden', 'This dashboard is read-only; it changes nothing.'));

const targetOf = ({ target: { kind, namespace, name } }: ActionReceipt): ActionTarget => ({
  kind: ActionKindSchema.parse(kind),
  namespace,
  name,
});

/** A missed deadline is not the end: the controller goes on, and may still get there. */
const isFinal = ({ rollout }: ActionReceipt) => rollout?.state === 'done' || rollout?.state === 'superseded';

function actionFacts(receipts: Receipts, { kind, namespace, name }: WorkloadRef): readonly ActionFact[] {
  return receipts
    .list()
    .filter(({ target }) => target.kind === kind && target.namespace === namespace && target.name === name)
    .map(({ intentId, at, title, outcome, message }) => ({
      id: intentId,
      at,
      subject: name,
      title: outcome === 'done' ? title : `${title}: ${outcome}`,
      detail: message,
      ok: outcome === 'done',
    }));
}
