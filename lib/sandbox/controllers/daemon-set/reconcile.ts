import type { Node, Pod } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import type { ControllerRevision, DaemonSet } from '#lib/sandbox/client/workload-objects.ts';
import { targetOf, type EventDraft, type Write } from '#lib/sandbox/client/write.ts';
import { claim } from '#lib/sandbox/controllers/claim.ts';
import {
  REVISION_HASH,
  surplusRevisions,
  updateRevision,
} from '#lib/sandbox/controllers/controller-revisions.ts';
import { soonest, type Pass } from '#lib/sandbox/controllers/pass.ts';
import { isReady, untilAvailable } from '#lib/sandbox/controllers/pod-facts.ts';
import { slowStart } from '#lib/sandbox/controllers/slow-start.ts';
import { draftPod, targetNode, wantedOn } from './daemon-pod.ts';
import { groupedByNode, isAvailableIn, isUpdated, type Daemons } from './daemons.ts';
import { FailedPods } from './failed-pods.ts';
import { managedPods } from './manage.ts';
import { rollingUpdate } from './rolling-update.ts';

export type DaemonSetInput = {
  readonly daemonSet: DaemonSet;
  readonly nodes: readonly Node[];
  /** All of the namespace. */
  readonly pods: readonly Pod[];
  readonly revisions: readonly ControllerRevision[];
  readonly now: number;
  /** What earlier passes remember of failed Pods. */
  readonly failures?: FailedPods;
};

const APPS = { apiVersion: 'apps/v1', kind: 'DaemonSet' } as const;

/** One pass of the DaemonSet controller; also says what the next one has to remember of failed Pods. */
export function reconcileDaemonSet(input: DaemonSetInput): Pass & { readonly failures: FailedPods } {
  const { daemonSet, nodes, now } = input;
  const before = (input.failures ?? new FailedPods(now)).at(now);
  if (daemonSet.metadata.deletionTimestamp) return { writes: [], failures: before };
  const pods = claim({ owner: daemonSet, ownerKind: APPS, kind: 'Pod', objects: input.pods });
  const history = claim({
    owner: daemonSet,
    ownerKind: APPS,
    kind: 'ControllerRevision',
    objects: input.revisions,
  });
  const update = updateRevision({
    owner: daemonSet,
    kind: 'DaemonSet',
    owned: history.owned,
    all: input.revisions,
    collisionCount: daemonSet.status?.collisionCount ?? 0,
  });
  const { revision, collisionCount } = update;
  const daemons: Daemons = { daemonSet, revision, nodes, byNode: groupedByNode(pods.owned), now };
  const managed = managedPods(daemons, before);
  // A node in the middle of being managed is not updated in the same breath (upstream's expectations).
  const isSettled = managed.create.length + managed.remove.length === 0;
  const rolled = isSettled ? rollingUpdate(daemons) : { create: [], remove: [] };
  const failures = before.with(managed.failed.map((pod) => targetNode(pod) ?? ''));
  const status = statusWrites(daemons, collisionCount);
  const creates = [...managed.create, ...rolled.create].map((node) => createPod(daemons, node));
  const live = new Set([
    revision.hash,
    ...pods.owned.map(({ metadata }) => metadata.labels?.[REVISION_HASH]),
  ]);
  const surplus = surplusRevisions(history.owned, {
    live: ({ metadata }) => live.has(metadata.labels?.[REVISION_HASH]),
    limit: daemonSet.spec.revisionHistoryLimit ?? 10,
  });
  return {
    failures,
    writes: [
      ...pods.writes,
      ...history.writes,
      ...update.writes,
      ...endedEvents(daemonSet, managed),
      ...slowStart(creates),
      ...[...managed.remove, ...rolled.remove].flatMap((pod) => deletePod(daemonSet, pod)),
      ...surplus,
      ...status,
    ],
    wakeAfterMs: soonest([
      untilAvailable(daemonSet.spec.minReadySeconds, pods.owned, now),
      untilFailedMayGo(daemons, failures),
    ]),
    afterRefusal: () => status,
  };
}

function untilFailedMayGo({ byNode }: Daemons, failures: FailedPods): number | undefined {
  const waits = [...byNode]
    .filter(([, pods]) => pods.some(({ status }) => status?.phase === 'Failed'))
    .map(([node]) => failures.remainingMs(node));
  return soonest(waits);
}

function endedEvents(
  daemonSet: DaemonSet,
  { failed, succeeded }: { failed: readonly Pod[]; succeeded: readonly Pod[] },
): readonly Write[] {
  const text = (pod: Pod) =>
    `daemon pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name} on node ${targetNode(pod) ?? ''}, will try to`;
  return [
    ...failed.map((pod) => warned(daemonSet, 'FailedDaemonPod', `Found failed ${text(pod)} kill it`)),
    ...succeeded.map((pod) =>
      said(daemonSet, 'SucceededDaemonPod', `Found succeeded ${text(pod)} delete it`),
    ),
  ];
}

function createPod({ daemonSet, revision }: Daemons, node: string): Extract<Write, { verb: 'create' }> {
  return {
    verb: 'create',
    object: draftPod(daemonSet, node, revision),
    created: (pod) => said(daemonSet, 'SuccessfulCreate', `Created pod: ${pod}`),
    refused: (message) => warned(daemonSet, 'FailedCreate', `Error creating: ${message}`),
  };
}

const deletePod = (daemonSet: DaemonSet, pod: Pod): readonly Write[] => [
  { verb: 'delete', target: targetOf('Pod', pod), uid: pod.metadata.uid },
  said(daemonSet, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`),
];

/** Go's omitempty: these are absent when 0. */
const OMITTED = ['updatedNumberScheduled', 'numberAvailable', 'numberUnavailable', 'collisionCount'] as const;

function statusWrites(daemons: Daemons, collisionCount: number): readonly Write[] {
  const { daemonSet, nodes, byNode, revision } = daemons;
  const placed = nodes.map((node) => ({
    run: wantedOn(daemonSet, node).run,
    pod: byNode.get(node.metadata.name)?.[0],
  }));
  const desired = placed.filter(({ run }) => run);
  const current = desired.flatMap(({ pod }) => (pod ? [pod] : []));
  const available = current.filter((pod) => isAvailableIn(daemons, pod)).length;
  const status = {
    observedGeneration: daemonSet.metadata.generation ?? 0,
    currentNumberScheduled: current.length,
    desiredNumberScheduled: desired.length,
    numberMisscheduled: placed.filter(({ run, pod }) => !run && pod !== undefined).length,
    numberReady: current.filter(isReady).length,
    updatedNumberScheduled: current.filter((pod) => isUpdated(pod, revision)).length,
    numberAvailable: available,
    numberUnavailable: desired.length - available,
    collisionCount,
  };
  const { status: before = {} } = daemonSet;
  const zeroes = Object.fromEntries(OMITTED.map((field) => [field, before[field] ?? 0]));
  if (same({ ...before, ...zeroes }, status)) return [];
  const cleared = OMITTED.filter((field) => status[field] === 0).map((field): [string, null] => [
    field,
    null,
  ]);
  const patch = { status: { ...status, ...Object.fromEntries(cleared) } };
  return [{ verb: 'merge', target: targetOf('DaemonSet', daemonSet), patch, subresource: 'status' }];
}

const said = (object: DaemonSet, reason: string, message: string): EventDraft => ({
  verb: 'event',
  about: { kind: 'DaemonSet', object },
  type: 'Normal',
  reason,
  message,
});
const warned = (object: DaemonSet, reason: string, message: string): EventDraft => ({
  ...said(object, reason, message),
  type: 'Warning',
});
