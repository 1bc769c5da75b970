import type { ActionTarget } from '#lib/contract/actions.ts';
import type { ToModelContext } from '#lib/kube/to-model/context.ts';
import { toDeployment, toReplicaSet } from '#lib/kube/to-model/workload.ts';
import type { Wire } from '#lib/kube/to-model/wire.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import type { Revision } from '#lib/model/revision.ts';
import type { Deployment } from '#lib/model/workload.ts';
import { revisionsOf } from '#lib/rollout/revisions-of.ts';
import type { ActionClient } from './action-client.ts';
import { rawTemplateHash } from './template-hash.ts';

/** Everything an action is decided on, read just now: never the cache. */
export type ActionFacts = {
  readonly raw: Wire;
  readonly deployment: Deployment;
  readonly rawReplicaSets: readonly Wire[];
  readonly revisions: readonly Revision[];
  readonly precondition: { readonly uid: string; readonly templateHash: string };
  /** `undefined`: the review itself failed. */
  readonly mayPatch?: boolean;
};

export async function readActionFacts(
  { client, context }: { readonly client: ActionClient; readonly context: ToModelContext },
  target: ActionTarget,
  signal?: AbortSignal,
): Promise<ActionFacts> {
  const review = client.mayPatch(target, signal).catch(() => undefined);
  const raw = await client.getDeployment(target, signal);
  const rawReplicaSets = await client.listReplicaSets(raw, signal);
  const deployment = toDeployment(raw, context);
  const replicaSets = rawReplicaSets.map((rs) => toReplicaSet(rs, context));
  return {
    raw,
    deployment,
    rawReplicaSets,
    revisions: revisionsOf(
      deployment,
      { replicaSets, controllerRevisions: [] },
      { pods: [], availability: new Map() },
    ),
    precondition: { uid: deployment.meta.uid, templateHash: rawTemplateHash(raw) },
    mayPatch: await review,
  };
}

export const workloadRef = ({ meta }: Deployment): WorkloadRef => ({
  kind: 'Deployment',
  namespace: meta.namespace,
  name: meta.name,
  uid: meta.uid,
});
