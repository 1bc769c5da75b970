import type { ActionTarget } from '#lib/contract/actions.ts';
import type { Wire } from '#lib/kube/to-model/wire.ts';
import type { JsonPatch } from './plan/json-patch.ts';

/**
 * The requests an action makes. All throw `ApiStatusError` when the API server answers with a failure and
 * `ApiNetworkError` or `ApiProtocolError` when it gives no usable answer.
 */
export interface ActionClient {
  getWorkload(target: ActionTarget, signal?: AbortSignal): Promise<Wire>;
  /** What keeps its old templates, raw: the ReplicaSets a Deployment controls, the ControllerRevisions of the others. */
  listRecords(target: ActionTarget, workload: Wire, signal?: AbortSignal): Promise<readonly Wire[]>;
  /** The pods it controls itself, raw. */
  listPods(target: ActionTarget, workload: Wire, signal?: AbortSignal): Promise<readonly Wire[]>;
  /** The only write. Sent at most once per call; never retried below. */
  patchWorkload(target: ActionTarget, patch: JsonPatch, options: { readonly dryRun: boolean }): Promise<Wire>;
  /** Whether the connection's user may patch this workload. */
  mayPatch(target: ActionTarget, signal?: AbortSignal): Promise<boolean>;
}
