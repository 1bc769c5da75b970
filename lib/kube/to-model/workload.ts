import type { ObjectMeta } from '#lib/model/object-meta.ts';
import type {
  DaemonSet,
  Deployment,
  Job,
  ReplicaCounts,
  ReplicaSet,
  StatefulSet,
} from '#lib/model/workload.ts';
import { toConditions } from './conditions.ts';
import type { ToModelContext } from './context.ts';
import { toMeta, UNSHARED } from './meta.ts';
import { toPodTemplate } from './pod-template.ts';
import { asNumber, asText, asTextMap, asWire, type Wire } from './wire.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** Defaults: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/ */
export function toDeployment(object: Wire, context: ToModelContext): Deployment {
  const { base, spec, status } = workloadBase(object, context);
  return {
    ...base,
    kind: 'Deployment',
    replicas: {
      desired: asNumber(spec['replicas'], 1),
      current: asNumber(status['replicas'], 0),
      updated: asNumber(status['updatedReplicas'], 0),
      ready: asNumber(status['readyReplicas'], 0),
      available: asNumber(status['availableReplicas'], 0),
    },
    paused: spec['paused'] === true,
    strategy: asWire(spec['strategy'])['type'] === 'Recreate' ? 'Recreate' : 'RollingUpdate',
    revision: revisionOf(base.meta),
    revisionHistoryLimit: asNumber(spec['revisionHistoryLimit'], 10),
    progressDeadlineSeconds: asNumber(spec['progressDeadlineSeconds'], 600),
    minReadySeconds: asNumber(spec['minReadySeconds'], 0),
  };
}

export function toReplicaSet(object: Wire, context: ToModelContext): ReplicaSet {
  const { base, spec, status } = workloadBase(object, context);
  const current = asNumber(status['replicas'], 0);
  return {
    ...base,
    kind: 'ReplicaSet',
    replicas: {
      desired: asNumber(spec['replicas'], 1),
      current,
      updated: current,
      ready: asNumber(status['readyReplicas'], 0),
      available: asNumber(status['availableReplicas'], 0),
    },
    revision: revisionOf(base.meta),
    pastRevisions: (base.meta.annotations[REVISION_HISTORY] ?? '')
      .split(',')
      .map(Number)
      .filter((revision) => Number.isInteger(revision) && revision > 0),
    changeCause: base.meta.annotations[CHANGE_CAUSE] || undefined,
  };
}

export function toStatefulSet(object: Wire, context: ToModelContext): StatefulSet {
  const { base, spec, status } = workloadBase(object, context);
  return {
    ...base,
    kind: 'StatefulSet',
    replicas: {
      desired: asNumber(spec['replicas'], 1),
      current: asNumber(status['replicas'], 0),
      updated: asNumber(status['updatedReplicas'], 0),
      ready: asNumber(status['readyReplicas'], 0),
      available: asNumber(status['availableReplicas'], 0),
    },
    currentRevision: asText(status['currentRevision']),
    updateRevision: asText(status['updateRevision']),
    ...updating(spec),
    partition: asNumber(asWire(asWire(spec['updateStrategy'])['rollingUpdate'])['partition'], 0),
    isOrdered: spec['podManagementPolicy'] !== 'Parallel',
    firstOrdinal: asNumber(asWire(spec['ordinals'])['start'], 0),
  };
}

export function toDaemonSet(object: Wire, context: ToModelContext): DaemonSet {
  const { base, spec, status } = workloadBase(object, context);
  const replicas: ReplicaCounts = {
    desired: asNumber(status['desiredNumberScheduled'], 0),
    current: asNumber(status['currentNumberScheduled'], 0),
    updated: asNumber(status['updatedNumberScheduled'], 0),
    ready: asNumber(status['numberReady'], 0),
    available: asNumber(status['numberAvailable'], 0),
  };
  return { ...base, kind: 'DaemonSet', replicas, ...updating(spec) };
}

const updating = (spec: Wire): Pick<DaemonSet, 'strategy' | 'revisionHistoryLimit' | 'minReadySeconds'> => ({
  strategy: asWire(spec['updateStrategy'])['type'] === 'OnDelete' ? 'OnDelete' : 'RollingUpdate',
  revisionHistoryLimit: asNumber(spec['revisionHistoryLimit'], 10),
  minReadySeconds: asNumber(spec['minReadySeconds'], 0),
});

/** A Job has no replicas: what is counted are the pods it runs at a time. It also reports no observedGeneration. */
export function toJob(object: Wire, context: ToModelContext): Job {
  const { base, spec, status } = workloadBase(object, context);
  const active = asNumber(status['active'], 0);
  const ready = asNumber(status['ready'], 0);
  return {
    ...base,
    kind: 'Job',
    observedGeneration: base.meta.generation,
    replicas: {
      desired: asNumber(spec['parallelism'], 1),
      current: active,
      updated: active,
      ready,
      available: ready,
    },
    backoffLimit: asNumber(spec['backoffLimit'], 6),
    failed: asNumber(status['failed'], 0),
    succeeded: asNumber(status['succeeded'], 0),
    active,
    suspended: spec['suspend'] === true,
  };
}

function workloadBase(object: Wire, context: ToModelContext) {
  const { share } = context.values ?? UNSHARED;
  const spec = asWire(object['spec']);
  const status = asWire(object['status']);
  const base = {
    meta: toMeta(object, context),
    template: toPodTemplate(asWire(spec['template']), context),
    selector: share(asTextMap(asWire(spec['selector'])['matchLabels'])),
    observedGeneration: asNumber(status['observedGeneration'], 0),
    conditions: toConditions(status['conditions']),
  };
  return { base, spec, status };
}

function revisionOf({ annotations }: ObjectMeta): number {
  const revision = Number(annotations[REVISION]);
  return Number.isInteger(revision) && revision > 0 ? revision : 0;
}
