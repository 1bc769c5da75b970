import type { PodTemplate } from '#lib/model/pod-template.ts';
import type {
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  ReplicaCounts,
  ReplicaSet,
  StatefulSet,
  WorkloadRef,
} from '#lib/model/workload.ts';
import { aCondition, aMeta, type MetaInput, ownerRefTo } from './build-meta.ts';
import { aTemplate } from './build-template.ts';
import { at } from './time.ts';

type Input<T> = Partial<Omit<T, 'kind' | 'meta' | 'template' | 'replicas'>> &
  Pick<MetaInput, 'uid' | 'name' | 'namespace' | 'createdAt' | 'labels' | 'annotations' | 'owner'> & {
    readonly meta?: MetaInput;
    readonly template?: Partial<PodTemplate>;
    /** A number means: that many wanted, and all of them there. */
    readonly replicas?: number | Partial<ReplicaCounts>;
  };

export type DeploymentInput = Input<Deployment>;
export type ReplicaSetInput = Input<ReplicaSet> & { readonly deployment?: Deployment };

function base<T>(input: Input<T>, defaultName: string) {
  const {
    meta,
    template,
    replicas = 3,
    uid,
    name,
    namespace,
    createdAt,
    labels,
    annotations,
    owner,
    ...rest
  } = input;
  const identity = { uid, name, namespace, createdAt, labels, annotations, owner };
  const given = Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
  return {
    rest,
    common: {
      meta: aMeta({ name: defaultName, ...meta, ...given }),
      template: aTemplate(template),
      selector: { app: name ?? meta?.name ?? defaultName },
      replicas: replicaCounts(replicas),
      observedGeneration: 1,
      conditions: [],
    },
  };
}

function replicaCounts(replicas: number | Partial<ReplicaCounts>): ReplicaCounts {
  const counts = typeof replicas === 'number' ? { desired: replicas } : replicas;
  const desired = counts.desired ?? 3;
  return { current: desired, updated: desired, ready: desired, available: desired, ...counts, desired };
}

/** A complete, available Deployment `shop/web`. */
export function aDeployment(input: DeploymentInput = {}): Deployment {
  const { rest, common } = base<Deployment>(input, 'web');
  return {
    kind: 'Deployment',
    ...common,
    paused: false,
    strategy: 'RollingUpdate',
    revision: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    minReadySeconds: 0,
    conditions: [
      aCondition('Available', 'True', {
        reason: 'MinimumReplicasAvailable',
        lastTransitionAt: at('09:00:20'),
        lastUpdateAt: at('09:00:20'),
      }),
      aCondition('Progressing', 'True', {
        reason: 'NewReplicaSetAvailable',
        lastTransitionAt: at('09:00:00'),
        lastUpdateAt: at('09:00:20'),
      }),
    ],
    ...rest,
  };
}

/** A ReplicaSet; with `deployment` it is owned by it and named after it. */
export function aReplicaSet(input: ReplicaSetInput = {}): ReplicaSet {
  const { deployment, ...own } = input;
  const name = `${deployment?.meta.name ?? 'web'}-5f7d`;
  const { rest, common } = base<ReplicaSet>(
    { owner: deployment && ownerRefTo(deployment), namespace: deployment?.meta.namespace, ...own },
    name,
  );
  return { kind: 'ReplicaSet', ...common, revision: 1, pastRevisions: [], ...rest };
}

const SET = { strategy: 'RollingUpdate', revisionHistoryLimit: 10, minReadySeconds: 0 } as const;

export function aStatefulSet(input: Input<StatefulSet> = {}): StatefulSet {
  const { rest, common } = base<StatefulSet>(input, 'db');
  return {
    kind: 'StatefulSet',
    ...common,
    currentRevision: 'db-1',
    updateRevision: 'db-1',
    ...SET,
    partition: 0,
    isOrdered: true,
    firstOrdinal: 0,
    ...rest,
  };
}

export function aDaemonSet(input: Input<DaemonSet> = {}): DaemonSet {
  const { rest, common } = base<DaemonSet>(input, 'agent');
  return { kind: 'DaemonSet', ...common, ...SET, ...rest };
}

export function aJob(input: Input<Job> = {}): Job {
  const { rest, common } = base<Job>({ replicas: 1, ...input }, 'report');
  return {
    kind: 'Job',
    ...common,
    backoffLimit: 6,
    failed: 0,
    succeeded: 0,
    active: 1,
    suspended: false,
    ...rest,
  };
}

/** A CronJob that runs every five minutes, and did so at 09:55 with success. */
export function aCronJob(
  input: Partial<Omit<CronJob, 'kind' | 'meta'>> & { readonly name?: string; readonly meta?: MetaInput } = {},
): CronJob {
  const { name = 'report', meta, ...rest } = input;
  return {
    kind: 'CronJob',
    meta: aMeta({ name, ...meta }),
    schedule: '*/5 * * * *',
    suspended: false,
    concurrencyPolicy: 'Allow',
    lastScheduleAt: at('09:55:00'),
    lastSuccessfulAt: at('09:55:20'),
    active: [],
    ...rest,
  };
}

/** A reference to the workload of `aDeployment()` unless told otherwise. */
export function aWorkloadRef(input: Partial<WorkloadRef> = {}): WorkloadRef {
  const namespace = input.namespace ?? 'shop';
  const name = input.name ?? 'web';
  return { kind: 'Deployment', uid: `${namespace}/${name}`, ...input, namespace, name };
}
