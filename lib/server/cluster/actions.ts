import type { ActionPreview, ActionReceipt, ExecuteRequest, PreviewRequest } from '#lib/contract/actions.ts';
import type { ClusterConnection } from '#lib/kube/connection.ts';
import type { Lister } from '#lib/kube/store.ts';
import type { Deployment, WorkloadRef } from '#lib/model/workload.ts';
import { AppError } from '#lib/server/app-error.ts';
import type { ActionFact } from '#lib/timeline/timeline-entries.ts';

export type ActionsOptions = {
  readonly connection: ClusterConnection;
  readonly readOnly: boolean;
  readonly now: () => number;
  readonly deployments: Lister<Deployment>;
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
  /** Updates the rollout of receipts that are not at their end; returns the keys whose views changed. */
  follow(): readonly string[];
};

export function createActions(_options: ActionsOptions): Actions {
  const missing = () => Promise.reject(new AppError('unavailable', 'Not wired yet.'));
  return {
    preview: missing,
    execute: missing,
    receipts: () => [],
    receipt: () => undefined,
    factsOn: () => [],
    follow: () => [],
  };
}
