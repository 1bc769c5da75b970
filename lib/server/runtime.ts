import type { RunbookShelf } from './runbooks/runbook-shelf.ts';
import { processSlot } from './process-slot.ts';
import type { ActionPreview, ActionReceipt, ExecuteRequest, PreviewRequest } from '#lib/contract/actions.ts';
import type { ClustersResponse, ClusterView } from '#lib/contract/cluster.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { SharedCauseRow } from '#lib/contract/shared-cause.ts';
import type { IncidentView } from '#lib/contract/incident-view.ts';
import type { Overview } from '#lib/contract/overview.ts';
import type { PodsQuery, PodsResponse } from '#lib/contract/pods.ts';
import type { Feed, SubscribeOptions } from '#lib/live/hub.ts';

export type LogRequest = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly tail: number;
};

/** One cluster (kubeconfig context) as the routes see it. Everything it returns is a view, never an object. */
export interface ClusterRuntime {
  readonly name: string;
  /** The cluster's time (ms): what the times of its objects are compared with. */
  now(): number;
  view(): ClusterView;
  incidents(): readonly IncidentRow[];
  /** What several of them have in common. */
  shared(): readonly SharedCauseRow[];
  /** `undefined` when no such incident is open or recently recovered. */
  incident(id: string): Promise<IncidentView | undefined>;
  /** A page of the pods that match. */
  pods(query: PodsQuery): Promise<PodsResponse>;
  overview(): Overview;
  /** A snapshot first, or what was missed since `lastEventId`; then deltas. Each is serialised once for all. */
  subscribe(options: SubscribeOptions): Feed;
  preview(request: PreviewRequest): Promise<ActionPreview>;
  execute(request: ExecuteRequest): Promise<ActionReceipt>;
  receipts(): readonly ActionReceipt[];
  receipt(intentId: string): ActionReceipt | undefined;
  /** Bytes of `text/plain`. Throws AppError when the API server refuses. */
  logs(request: LogRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

export interface Runtime {
  readonly version: string;
  readonly readOnly: boolean;
  readonly runbooks: RunbookShelf;
  /** Aborted when the process is asked to stop; every stream ends on it. */
  readonly shutdown: AbortSignal;
  clusters(): ClustersResponse;
  /** The default context when `name` is undefined. Starts the cluster on first use. Throws AppError not_found. */
  cluster(name: string | undefined): ClusterRuntime;
  /** Clusters that were started, for /api/readyz. */
  started(): readonly ClusterRuntime[];
}

/**
 * What the routes reach the clusters through. It is created by our own server process (`start-runtime.ts`, loaded
 * by Node directly) and read by the routes, of which Next bundles separate copies: hence the slot.
 */
const slot = processSlot<Runtime>('runtime');

export function runtime(): Runtime {
  const current = slot.get();
  if (!current)
    throw new Error('The runtime is not started: pages are served by lib/server/cli/main.ts only.');
  return current;
}

export function installRuntime(value: Runtime): void {
  slot.set(value);
}
