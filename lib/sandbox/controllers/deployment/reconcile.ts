import type { Condition, Deployment, Pod, ReplicaSet } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { isControlledBy, targetOf, type EventDraft, type Write } from '#lib/sandbox/client/write.ts';
import { findCondition, withCondition } from '#lib/sandbox/controllers/conditions.ts';
import type { Pass } from '#lib/sandbox/controllers/pass.ts';
import { newReplicas, oldReplicas, proportionalReplicas, type Size } from './arithmetic.ts';
import {
  byCreation,
  DESIRED_REPLICAS,
  draftReplicaSet,
  findNewReplicaSet,
  MAX_REPLICAS,
  nextRevision,
  REVISION,
  revisionAnnotations,
  revisionOf,
  sizeAnnotations,
} from './revisions.ts';
import { baseStatus, deadlineAt, hasDeadline, isComplete, rolloutStatus, type NewStatus } from './status.ts';

export type DeploymentInput = {
  readonly deployment: Deployment;
  /** All ReplicaSets and Pods of the namespace. */
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  readonly now: number;
};

/** One rollout as a pass sees it: `old` oldest first. */
type Rollout = {
  readonly deployment: Deployment;
  readonly fresh: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
  readonly now: number;
};

/**
 * One pass of the Deployment controller (pkg/controller/deployment): level-triggered, so a second pass over the
 * same objects asks for nothing new. Status, and with it observedGeneration, is always the last write.
 */
export function reconcileDeployment({ deployment: given, replicaSets, pods, now }: DeploymentInput): Pass {
  const owned = replicaSets.filter((rs) => isControlledBy(rs, given));
  const deployment = withPauseCondition(given, now);
  const fresh = findNewReplicaSet(deployment, owned);
  const rollout = { deployment, fresh, old: owned.filter((rs) => rs !== fresh).toSorted(byCreation), now };
  if (given.metadata.deletionTimestamp)
    return finish(given, { rollout, status: baseStatus(deployment, everything(rollout)), writes: [] });
  if (deployment.spec.paused || isBeingScaled(rollout)) {
    const scaled = applySizes(rollout, sizesAfterScaling(rollout));
    const cleanup = deployment.spec.paused ? surplusRevisions(rollout) : [];
    return finish(given, {
      rollout: scaled.rollout,
      status: baseStatus(deployment, everything(scaled.rollout)),
      writes: [...scaled.writes, ...cleanup],
    });
  }
  const step = deployment.spec.strategy?.type === 'Recreate' ? recreate(rollout, pods) : roll(rollout);
  return finish(given, step);
}

type Step = { readonly rollout: Rollout; readonly writes: readonly Write[]; readonly status: NewStatus };

const everything = ({ fresh, old, now }: Rollout) => ({ all: fresh ? [...old, fresh] : old, fresh, now });

/** Creates the new ReplicaSet, or renumbers an old one that is wanted again (a rollback). */
function withNewReplicaSet(rollout: Rollout): Step | undefined {
  const { deployment, fresh, old, now } = rollout;
  const revision = nextRevision(old);
  const progressing = findCondition(deployment.status?.conditions, 'Progressing');
  const withProgress = (reason: string, message: string): NewStatus => {
    const status = baseStatus(deployment, everything(rollout));
    const next = { type: 'Progressing', status: 'True', reason, message } as const;
    return hasDeadline(deployment)
      ? { ...status, conditions: withCondition(status.conditions, next, now) }
      : status;
  };
  if (!fresh) {
    const replicas = newReplicas(deployment.spec, 0, old.map(sizeOf));
    const object = draftReplicaSet(deployment, { revision, replicas });
    const name = object.metadata.name ?? '';
    const created = () => scalingEvent(deployment, `Scaled up replica set ${name} from 0 to ${replicas}`);
    const status = withProgress('NewReplicaSetCreated', `Created new replica set "${name}"`);
    return {
      rollout,
      writes: [
        { verb: 'create', object, ...(replicas > 0 ? { created } : {}) },
        ...deploymentRevision(deployment, revision),
      ],
      // Like upstream, the counts and observedGeneration follow once the new ReplicaSet is seen.
      status: { ...status, ...previousCounts(deployment) },
    };
  }
  const annotations = revisionAnnotations(deployment, fresh, revision);
  const { minReadySeconds = 0 } = deployment.spec;
  if (
    !same(annotations, fresh.metadata.annotations ?? {}) ||
    (fresh.spec.minReadySeconds ?? 0) !== minReadySeconds
  ) {
    const patch = { metadata: { annotations }, spec: { minReadySeconds } };
    return {
      rollout,
      writes: [{ verb: 'merge', target: targetOf('ReplicaSet', fresh), patch }],
      status: { ...baseStatus(deployment, everything(rollout)), ...previousCounts(deployment) },
    };
  }
  const renumber = deploymentRevision(deployment, revisionOf(fresh));
  const found = hasDeadline(deployment) && !progressing;
  if (renumber.length === 0 && !found) return undefined;
  const status = found
    ? withProgress('FoundNewReplicaSet', `Found new replica set "${fresh.metadata.name}"`)
    : baseStatus(deployment, everything(rollout));
  return { rollout, writes: renumber, status: { ...status, ...previousCounts(deployment) } };
}

function previousCounts({ status = {} }: Deployment): Omit<NewStatus, 'conditions'> {
  return {
    observedGeneration: status.observedGeneration ?? 0,
    replicas: status.replicas ?? 0,
    updatedReplicas: status.updatedReplicas ?? 0,
    readyReplicas: status.readyReplicas ?? 0,
    availableReplicas: status.availableReplicas ?? 0,
    unavailableReplicas: status.unavailableReplicas ?? 0,
    terminatingReplicas: status.terminatingReplicas,
  };
}

function deploymentRevision(deployment: Deployment, revision: number): readonly Write[] {
  if (deployment.metadata.annotations?.[REVISION] === String(revision)) return [];
  const patch = { metadata: { annotations: { [REVISION]: String(revision) } } };
  return [{ verb: 'merge', target: targetOf('Deployment', deployment), patch }];
}

function roll(rollout: Rollout): Step {
  const preparation = withNewReplicaSet(rollout);
  if (preparation) return preparation;
  const { deployment, fresh, old } = rollout;
  if (!fresh) return { rollout, writes: [], status: rolloutStatus(deployment, everything(rollout)) };
  const replicas = deployment.spec.replicas ?? 1;
  const current = fresh.spec.replicas ?? 0;
  const target = current > replicas ? replicas : newReplicas(deployment.spec, current, old.map(sizeOf));
  const sizes =
    target === current
      ? oldReplicas(deployment.spec, sizeOf(fresh), old.map(sizeOf))
      : new Map([[fresh.metadata.name, target]]);
  return settle(rollout, sizes);
}

function recreate(rollout: Rollout, pods: readonly Pod[]): Step {
  const { deployment, fresh, old } = rollout;
  if (old.some((rs) => (rs.spec.replicas ?? 0) > 0)) {
    return settle(rollout, new Map(old.map((rs) => [rs.metadata.name, 0])));
  }
  const stillRunning = pods.some(
    (pod) =>
      old.some((rs) => isControlledBy(pod, rs)) &&
      pod.status?.phase !== 'Failed' &&
      pod.status?.phase !== 'Succeeded',
  );
  if (stillRunning) return settle(rollout, new Map());
  const preparation = withNewReplicaSet(rollout);
  if (preparation || !fresh) return preparation ?? settle(rollout, new Map());
  return settle(rollout, new Map([[fresh.metadata.name, deployment.spec.replicas ?? 1]]));
}

function settle(rollout: Rollout, sizes: ReadonlyMap<string, number>): Step {
  const { rollout: scaled, writes } = applySizes(rollout, sizes);
  const { deployment } = rollout;
  const done = writes.length === 0 && isComplete(deployment, currentStatus(deployment));
  const status = rolloutStatus(deployment, everything(scaled));
  return { rollout: scaled, writes: done ? surplusRevisions(rollout) : writes, status };
}

const sizeOf = ({ metadata, spec, status }: ReplicaSet): Size => ({
  name: metadata.name,
  replicas: spec.replicas ?? 0,
  available: status?.availableReplicas ?? 0,
});

function isBeingScaled({ deployment, fresh, old }: Rollout): boolean {
  return [...old, ...(fresh ? [fresh] : [])].some((rs) => {
    const desired = rs.metadata.annotations?.[DESIRED_REPLICAS];
    return (
      (rs.spec.replicas ?? 0) > 0 &&
      desired !== undefined &&
      Number(desired) !== (deployment.spec.replicas ?? 1)
    );
  });
}

/** Sizes when spec.replicas changed, or while paused (deployment/sync.go, scale). */
function sizesAfterScaling({ deployment, fresh, old }: Rollout): ReadonlyMap<string, number> {
  const replicas = deployment.spec.replicas ?? 1;
  const all = fresh ? [fresh, ...old] : old;
  const active = all.filter((rs) => (rs.spec.replicas ?? 0) > 0);
  const only = active.length === 0 ? (fresh ?? old.at(-1)) : active.length === 1 ? active[0] : undefined;
  if (only) return new Map([[only.metadata.name, replicas]]);
  const saturated =
    fresh?.spec.replicas === replicas &&
    fresh.metadata.annotations?.[DESIRED_REPLICAS] === String(replicas) &&
    fresh.status?.availableReplicas === replicas;
  if (saturated) return new Map(old.map((rs) => [rs.metadata.name, 0]));
  if (deployment.spec.strategy?.type === 'Recreate') return new Map();
  const sizes = active.map((rs) => ({
    ...sizeOf(rs),
    maxReplicas: Number(rs.metadata.annotations?.[MAX_REPLICAS] ?? 0),
  }));
  return proportionalReplicas(
    deployment.spec,
    sizes.toSorted((a, b) => b.replicas - a.replicas),
  );
}

function applySizes(
  rollout: Rollout,
  sizes: ReadonlyMap<string, number>,
): { rollout: Rollout; writes: readonly Write[] } {
  const { deployment } = rollout;
  const annotations = sizeAnnotations(deployment);
  const writes: Write[] = [];
  const scaled = (rs: ReplicaSet): ReplicaSet => {
    const before = rs.spec.replicas ?? 0;
    const after = sizes.get(rs.metadata.name);
    const stale = Object.entries(annotations).some(
      ([key, value]) => rs.metadata.annotations?.[key] !== value,
    );
    if (after === undefined || (after === before && !(stale && before > 0))) return rs;
    writes.push({
      verb: 'merge',
      target: targetOf('ReplicaSet', rs),
      patch: { metadata: { annotations }, spec: { replicas: after } },
    });
    if (after !== before) {
      const direction = after > before ? 'up' : 'down';
      const text = `Scaled ${direction} replica set ${rs.metadata.name} from ${before} to ${after}`;
      writes.push(scalingEvent(deployment, text));
    }
    return { ...rs, spec: { ...rs.spec, replicas: after } };
  };
  const old = rollout.old.map(scaled);
  const fresh = rollout.fresh && scaled(rollout.fresh);
  return { rollout: { ...rollout, old, fresh }, writes };
}

const scalingEvent = (deployment: Deployment, message: string): EventDraft => ({
  verb: 'event',
  about: { kind: 'Deployment', object: deployment },
  type: 'Normal',
  reason: 'ScalingReplicaSet',
  message,
});

/** Old ReplicaSets beyond revisionHistoryLimit, lowest revision first. */
function surplusRevisions({ deployment, old }: Rollout): readonly Write[] {
  const surplus = old.length - (deployment.spec.revisionHistoryLimit ?? 10);
  return old
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, Math.max(0, surplus))
    .filter(
      (rs) => !rs.metadata.deletionTimestamp && (rs.status?.replicas ?? 0) === 0 && rs.spec.replicas === 0,
    )
    .map((rs) => ({ verb: 'delete', target: targetOf('ReplicaSet', rs), uid: rs.metadata.uid }));
}

function withPauseCondition(deployment: Deployment, now: number): Deployment {
  const conditions = deployment.status?.conditions ?? [];
  const current = findCondition(conditions, 'Progressing');
  const isMarked = current?.reason === 'DeploymentPaused';
  const paused = deployment.spec.paused ?? false;
  if (!hasDeadline(deployment) || current?.reason === 'ProgressDeadlineExceeded' || isMarked === paused) {
    return deployment;
  }
  const next = paused
    ? { reason: 'DeploymentPaused', message: 'Deployment is paused' }
    : { reason: 'DeploymentResumed', message: 'Deployment is resumed' };
  const marked = withCondition(conditions, { type: 'Progressing', status: 'Unknown', ...next }, now);
  return { ...deployment, status: { ...deployment.status, conditions: marked } };
}

function finish(given: Deployment, { rollout, status, writes }: Step): Pass {
  const wakeAfterMs = untilDeadline(rollout, status.conditions);
  if (same(status, currentStatus(given))) return { writes, wakeAfterMs };
  const patch = {
    status: Object.fromEntries(
      Object.entries(status).map(([key, value]) => [
        key,
        value === 0 && key !== 'terminatingReplicas' ? null : value,
      ]),
    ),
  };
  return {
    writes: [
      ...writes,
      { verb: 'merge', target: targetOf('Deployment', given), patch, subresource: 'status' },
    ],
    wakeAfterMs,
  };
}

const currentStatus = (deployment: Deployment): NewStatus => ({
  ...previousCounts(deployment),
  conditions: deployment.status?.conditions ?? [],
});

function untilDeadline({ deployment, now }: Rollout, conditions: readonly Condition[]): number | undefined {
  const current = findCondition(conditions, 'Progressing');
  const waits = current?.status === 'True' && current.reason !== 'NewReplicaSetAvailable';
  return waits ? Math.max(1000, deadlineAt(deployment, current) + 1000 - now) : undefined;
}
