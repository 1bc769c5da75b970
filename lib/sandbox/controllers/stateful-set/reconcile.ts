import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { PersistentVolumeClaim } from '#lib/sandbox/client/storage-objects.ts';
import type { ControllerRevision, StatefulSet } from '#lib/sandbox/client/workload-objects.ts';
import { targetOf, type EventDraft, type Write } from '#lib/sandbox/client/write.ts';
import { claim } from '#lib/sandbox/controllers/claim.ts';
import {
  surplusRevisions,
  toRevision,
  updateRevision,
  type Revision,
} from '#lib/sandbox/controllers/controller-revisions.ts';
import type { Pass } from '#lib/sandbox/controllers/pass.ts';
import { isAvailable, isReady, isTerminating, untilAvailable } from '#lib/sandbox/controllers/pod-facts.ts';
import { slowStart } from '#lib/sandbox/controllers/slow-start.ts';
import { claimOwnership } from './claim-retention.ts';
import {
  draftPod,
  endOrdinal,
  missingClaims,
  ordinalOf,
  podName,
  revisionOf,
  startOrdinal,
} from './identity.ts';
import { statefulSetStatus, statusWrites, withCompletedUpdate } from './status.ts';

export type StatefulSetInput = {
  readonly statefulSet: StatefulSet;
  /** All of the namespace. */
  readonly pods: readonly Pod[];
  readonly revisions: readonly ControllerRevision[];
  readonly claims: readonly PersistentVolumeClaim[];
  readonly now: number;
};

/** The place of one ordinal: its Pod, or the revision a new one is made from. */
type Slot = { readonly ordinal: number; readonly pod?: Pod; readonly revision: Revision };

type Plan = {
  readonly set: StatefulSet;
  readonly slots: readonly Slot[];
  /** Beyond the replicas, highest ordinal first. */
  readonly condemned: readonly Pod[];
  readonly update: Revision;
  readonly claims: readonly PersistentVolumeClaim[];
  readonly now: number;
};

const APPS = { apiVersion: 'apps/v1', kind: 'StatefulSet' } as const;

/**
 * One pass of the StatefulSet controller (pkg/controller/statefulset/stateful_set_control.go): Pods come up in order and
 * go down in reverse, one at a time unless podManagementPolicy is Parallel; an update replaces the highest
 * ordinal first and waits for it. MaxUnavailableStatefulSet is off, as in 1.35.
 */
export function reconcileStatefulSet(input: StatefulSetInput): Pass {
  const { statefulSet: set, claims, now } = input;
  const claimedPods = claim({
    owner: set,
    ownerKind: APPS,
    kind: 'Pod',
    objects: input.pods,
    belongs: (pod) => ordinalOf(set, pod) !== undefined,
  });
  const history = claim({
    owner: set,
    ownerKind: APPS,
    kind: 'ControllerRevision',
    objects: input.revisions,
  });
  const pods = claimedPods.owned.toSorted((a, b) => (ordinalOf(set, a) ?? 0) - (ordinalOf(set, b) ?? 0));
  const {
    revision: update,
    writes: revisionWrites,
    collisionCount,
  } = updateRevision({
    owner: set,
    kind: 'StatefulSet',
    owned: history.owned,
    all: input.revisions,
    collisionCount: set.status?.collisionCount ?? 0,
  });
  const stored = history.owned.find(({ metadata }) => metadata.name === set.status?.currentRevision);
  const current = stored ? toRevision(stored) : update;
  const plan = planOf({ set, pods, current, update, claims, now });
  const step = set.metadata.deletionTimestamp ? { writes: [] } : act(plan);
  const counted = statefulSetStatus(set, {
    pods,
    current: current.name,
    update: update.name,
    collisionCount,
    now,
  });
  const status = statusWrites(
    set,
    withCompletedUpdate(set, {
      ...counted,
      currentReplicas: counted.currentReplicas - (step.replaced ? 1 : 0),
    }),
  );
  const live = new Set([current.name, update.name, ...pods.map(revisionOf)]);
  const surplus = surplusRevisions(history.owned, {
    live: ({ metadata }) => live.has(metadata.name),
    limit: set.spec.revisionHistoryLimit ?? 10,
  });
  return {
    writes: [
      ...claimedPods.writes,
      ...history.writes,
      ...revisionWrites,
      ...step.writes,
      ...status,
      ...surplus,
    ],
    wakeAfterMs: untilAvailable(set.spec.minReadySeconds, pods, now),
    afterRefusal: () => status,
  };
}

function planOf({
  set,
  pods,
  current,
  update,
  claims,
  now,
}: Omit<Plan, 'slots' | 'condemned'> & { pods: readonly Pod[]; current: Revision }): Plan {
  const [start, end] = [startOrdinal(set), endOrdinal(set)];
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod) ?? -1, pod]));
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {};
  const currentUntil =
    type === 'OnDelete'
      ? start
      : start + (rollingUpdate ? (rollingUpdate.partition ?? 0) : (set.status?.currentReplicas ?? 0));
  const slots = Array.from({ length: Math.max(0, end - start + 1) }, (_, index) => {
    const ordinal = start + index;
    return { ordinal, pod: byOrdinal.get(ordinal), revision: ordinal < currentUntil ? current : update };
  });
  const condemned = pods.filter((pod) => {
    const ordinal = ordinalOf(set, pod) ?? -1;
    return ordinal < start || ordinal > end;
  });
  return { set, slots, condemned: condemned.toReversed(), update, claims, now };
}

type Step = {
  readonly writes: readonly Write[];
  /** A Pod of the current revision was deleted for the update. */
  readonly replaced?: boolean;
};

/** Replicas first, then the scale-down, then the update; in order, each waits for the one before. */
function act(plan: Plan): Step {
  const { set, slots, condemned, claims } = plan;
  const isMonotonic = set.spec.podManagementPolicy !== 'Parallel';
  const writes: Write[] = [];
  for (const slot of slots) {
    const { writes: own, waits } = processReplica(plan, slot);
    writes.push(...own);
    if (waits && isMonotonic) return { writes };
  }
  const members = [
    ...slots.flatMap(({ ordinal, pod }) => (pod ? [{ ordinal, pod, condemned: false }] : [])),
    ...condemned.map((pod) => ({ ordinal: ordinalOf(set, pod) ?? -1, pod, condemned: true })),
  ];
  writes.push(...claimOwnership(set, members, claims));
  const firstUnavailable = [...slots.map(({ pod }) => pod), ...condemned.toReversed()].find(
    (pod) => !pod || isUnavailable(plan, pod),
  );
  for (const pod of condemned) {
    if (isTerminating(pod)) {
      if (isMonotonic) return { writes };
      continue;
    }
    if (isMonotonic && isUnavailable(plan, pod) && pod !== firstUnavailable) return { writes };
    writes.push(...deletePod(set, pod));
    if (isMonotonic) return { writes };
  }
  const batched = isMonotonic ? writes : inBatches(writes);
  if (set.spec.updateStrategy?.type === 'OnDelete') return { writes: batched };
  const target = updateTarget(plan);
  return target ? { writes: [...batched, ...deletePod(set, target)], replaced: true } : { writes: batched };
}

function isUnavailable({ set, now }: Plan, pod: Pod): boolean {
  return !isAvailable(pod, set.spec.minReadySeconds ?? 0, now) || isTerminating(pod);
}

function processReplica(plan: Plan, slot: Slot): { writes: readonly Write[]; waits: boolean } {
  const { set, claims } = plan;
  const { ordinal, pod } = slot;
  const phase = pod?.status?.phase;
  if (pod && (phase === 'Failed' || phase === 'Succeeded'))
    return { writes: isTerminating(pod) ? [] : deletePod(set, pod), waits: true };
  if (!pod) return { writes: [...createClaims(plan, ordinal), createPod(set, slot)], waits: true };
  const lost = phase === 'Pending' ? createClaims(plan, ordinal) : [];
  const isRunning = phase === 'Running' && isReady(pod);
  return { writes: lost, waits: !isRunning || isUnavailable({ ...plan, claims }, pod) };
}

/** The highest ordinal that is not of the update revision, unless one above it is still on its way. */
function updateTarget(plan: Plan): Pod | undefined {
  const { set, slots, update } = plan;
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (const { pod } of slots.slice(partition).toReversed()) {
    if (pod && revisionOf(pod) !== update.name && !isTerminating(pod)) return pod;
    if (!pod || isUnavailable(plan, pod)) return undefined;
  }
  return undefined;
}

function createClaims({ set, claims }: Plan, ordinal: number): readonly Write[] {
  const pod = podName(set, ordinal);
  return missingClaims(set, ordinal, claims).map((object) => {
    const { name = '' } = object.metadata;
    const text = `Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`;
    const refused = (message: string) =>
      failed(
        set,
        'FailedCreate',
        `Create Claim ${name} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${message}`,
      );
    return {
      verb: 'create',
      object,
      created: () => said(set, 'SuccessfulCreate', `Create ${text}`),
      refused,
    };
  });
}

function createPod(set: StatefulSet, { ordinal, revision }: Slot): Extract<Write, { verb: 'create' }> {
  const subject = `Create Pod ${podName(set, ordinal)} in StatefulSet ${set.metadata.name}`;
  return {
    verb: 'create',
    object: draftPod(set, ordinal, revision),
    created: () => said(set, 'SuccessfulCreate', `${subject} successful`),
    refused: (message) => failed(set, 'FailedCreate', `${subject} failed error: ${message}`),
  };
}

function deletePod(set: StatefulSet, pod: Pod): readonly Write[] {
  const text = `Delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  return [
    { verb: 'delete', target: targetOf('Pod', pod), uid: pod.metadata.uid },
    said(set, 'SuccessfulDelete', text),
  ];
}

/** Parallel sets start slowly too; everything that is not a creation comes first. */
function inBatches(writes: readonly Write[]): readonly Write[] {
  const creates = writes.filter((write) => write.verb === 'create');
  const pods = creates.filter(({ object }) => object.kind === 'Pod');
  const others = writes.filter((write) => write.verb !== 'create' || write.object.kind !== 'Pod');
  return [...others, ...slowStart(pods)];
}

const said = (object: StatefulSet, reason: string, message: string): EventDraft => ({
  verb: 'event',
  about: { kind: 'StatefulSet', object },
  type: 'Normal',
  reason,
  message,
});
const failed = (object: StatefulSet, reason: string, message: string): EventDraft => ({
  ...said(object, reason, message),
  type: 'Warning',
});
