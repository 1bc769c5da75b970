import type { ActionTarget } from '#lib/contract/actions.ts';
import type { ToModelContext } from '#lib/kube/to-model/context.ts';
import { toControllerRevision } from '#lib/kube/to-model/controller-revision.ts';
import { toReplicaSet } from '#lib/kube/to-model/workload.ts';
import type { Wire } from '#lib/kube/to-model/wire.ts';
import type { RollingWorkload, WorkloadRef } from '#lib/model/workload.ts';
import type { Revision } from '#lib/model/revision.ts';
import { type RevisionRecords, revisionsOf } from '#lib/rollout/revisions-of.ts';
import type { ActionClient } from './action-client.ts';
import { rawTemplateHash } from './template-hash.ts';
import { toRollingWorkload } from './to-rolling-workload.ts';

/** Everything an action is decided on, read just now: never the cache. */
export type ActionFacts = {
  readonly raw: Wire;
  readonly workload: RollingWorkload;
  readonly rawRecords: readonly Wire[];
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
  const raw = await client.getWorkload(target, signal);
  const rawRecords = await client.listRecords(target, raw, signal);
  const workload = toRollingWorkload(target.kind, raw, context);
  const records: RevisionRecords =
    target.kind === 'Deployment'
      ? { replicaSets: rawRecords.map((each) => toReplicaSet(each, context)), controllerRevisions: [] }
      : {
          replicaSets: [],
          controllerRevisions: rawRecords.map((each) => toControllerRevision(each, context)),
        };
  return {
    raw,
    workload,
    rawRecords,
    revisions: revisionsOf(workload, records, { pods: [], availability: new Map() }),
    precondition: { uid: workload.meta.uid, templateHash: rawTemplateHash(raw) },
    mayPatch: await review,
  };
}

export const workloadRef = ({ kind, meta }: RollingWorkload): WorkloadRef => ({
  kind,
  namespace: meta.namespace,
  name: meta.name,
  uid: meta.uid,
});
