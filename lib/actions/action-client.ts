import type { ActionTarget } from '#lib/contract/actions.ts';
import type { Wire } from '#lib/kube/to-model/wire.ts';
import type { JsonPatch } from './plan/json-patch.ts';

/**
 * The four requests an action makes. All throw `ApiStatusError` when the API server answers with a failure and
 * `ApiNetworkError` or `ApiProtocolError` when it gives no usable answer.
 */
export interface ActionClient {
  getDeployment(target: ActionTarget, signal?: AbortSignal): Promise<Wire>;
  /** ReplicaSets the Deployment controls, raw. */
  listReplicaSets(deployment: Wire, signal?: AbortSignal): Promise<readonly Wire[]>;
  /** The only write. Sent at most once per call; never retried below. */
  patchDeployment(
    target: ActionTarget,
    patch: JsonPatch,
    options: { readonly dryRun: boolean },
  ): Promise<Wire>;
  /** Whether the connection's user may patch this Deployment. */
  mayPatch(target: ActionTarget, signal?: AbortSignal): Promise<boolean>;
}
