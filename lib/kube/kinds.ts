import type { ControllerRevision } from '#lib/model/controller-revision.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { KubeNode } from '#lib/model/node.ts';
import type { ObjectMeta } from '#lib/model/object-meta.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { EndpointSlice, Service } from '#lib/model/service.ts';
import type { CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '#lib/model/workload.ts';
import { apiPath, underPath, type ApiPath } from './path.ts';
import type { ToModelContext } from './to-model/context.ts';
import { toControllerRevision } from './to-model/controller-revision.ts';
import { toCronJob } from './to-model/cron-job.ts';
import { toEvent } from './to-model/event.ts';
import { toNode } from './to-model/node.ts';
import { toPod } from './to-model/pod.ts';
import { toEndpointSlice, toService } from './to-model/service.ts';
import type { Wire } from './to-model/wire.ts';
import { toDaemonSet, toDeployment, toJob, toReplicaSet, toStatefulSet } from './to-model/workload.ts';

/** The kinds that are watched, by resource name, and what each becomes. */
export type ModelByKind = {
  pods: Pod;
  events: KubeEvent;
  nodes: KubeNode;
  deployments: Deployment;
  replicasets: ReplicaSet;
  statefulsets: StatefulSet;
  daemonsets: DaemonSet;
  controllerrevisions: ControllerRevision;
  jobs: Job;
  cronjobs: CronJob;
  services: Service;
  endpointslices: EndpointSlice;
};
export type KindName = keyof ModelByKind;

export type Identity = {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Opaque: compare for equality only. */
  readonly resourceVersion: string;
};

/** What a lookup can go by: the namespace, the controller's uid, the node, the object an event is about. */
export type IndexName = 'namespace' | 'owner' | 'node' | 'regarding';
export type Indexes<T> = Readonly<Partial<Record<IndexName, (object: T) => string | undefined>>>;

export type Kind<T> = {
  readonly name: KindName;
  readonly isNamespaced: boolean;
  /** Collection path; `namespace` narrows namespaced kinds and is ignored by cluster-scoped ones. */
  readonly path: (namespace?: string) => ApiPath;
  readonly toModel: (object: Wire, context: ToModelContext) => T;
  readonly identity: (object: T) => Identity;
  readonly indexes: Indexes<T>;
};

const ofMeta = ({ meta }: { meta: ObjectMeta }): Identity => meta;
const ofEvent = ({ namespace, name, uid, resourceVersion = '' }: KubeEvent): Identity => ({
  namespace,
  name,
  uid,
  resourceVersion,
});

const byNamespace = ({ meta }: { meta: ObjectMeta }) => meta.namespace;
const byOwner = ({ meta }: { meta: ObjectMeta }) => meta.owner?.uid;
const owned = { namespace: byNamespace, owner: byOwner };

const namespaced = (base: ApiPath, resource: string) => (namespace?: string) =>
  underPath(namespace === undefined ? base : underPath(underPath(base, 'namespaces'), namespace), resource);

const core = apiPath`/api/v1`;
const apps = apiPath`/apis/apps/v1`;
const batch = apiPath`/apis/batch/v1`;
const discovery = apiPath`/apis/discovery.k8s.io/v1`;

/** Core v1 events, not events.k8s.io: both serve the same objects and every role that may read one may read these. */
export const KINDS: { readonly [K in KindName]: Kind<ModelByKind[K]> } = {
  pods: {
    name: 'pods',
    isNamespaced: true,
    path: namespaced(core, 'pods'),
    toModel: toPod,
    identity: ofMeta,
    indexes: { ...owned, node: ({ nodeName }) => nodeName },
  },
  events: {
    name: 'events',
    isNamespaced: true,
    path: namespaced(core, 'events'),
    toModel: toEvent,
    identity: ofEvent,
    indexes: {
      namespace: ({ namespace }) => namespace,
      regarding: ({ regarding }) => regarding.uid || undefined,
    },
  },
  nodes: {
    name: 'nodes',
    isNamespaced: false,
    path: () => underPath(core, 'nodes'),
    toModel: toNode,
    identity: ofMeta,
    indexes: {},
  },
  deployments: {
    name: 'deployments',
    isNamespaced: true,
    path: namespaced(apps, 'deployments'),
    toModel: toDeployment,
    identity: ofMeta,
    indexes: owned,
  },
  replicasets: {
    name: 'replicasets',
    isNamespaced: true,
    path: namespaced(apps, 'replicasets'),
    toModel: toReplicaSet,
    identity: ofMeta,
    indexes: owned,
  },
  statefulsets: {
    name: 'statefulsets',
    isNamespaced: true,
    path: namespaced(apps, 'statefulsets'),
    toModel: toStatefulSet,
    identity: ofMeta,
    indexes: owned,
  },
  daemonsets: {
    name: 'daemonsets',
    isNamespaced: true,
    path: namespaced(apps, 'daemonsets'),
    toModel: toDaemonSet,
    identity: ofMeta,
    indexes: owned,
  },
  controllerrevisions: {
    name: 'controllerrevisions',
    isNamespaced: true,
    path: namespaced(apps, 'controllerrevisions'),
    toModel: toControllerRevision,
    identity: ofMeta,
    indexes: owned,
  },
  jobs: {
    name: 'jobs',
    isNamespaced: true,
    path: namespaced(batch, 'jobs'),
    toModel: toJob,
    identity: ofMeta,
    indexes: owned,
  },
  cronjobs: {
    name: 'cronjobs',
    isNamespaced: true,
    path: namespaced(batch, 'cronjobs'),
    toModel: toCronJob,
    identity: ofMeta,
    indexes: { namespace: byNamespace },
  },
  services: {
    name: 'services',
    isNamespaced: true,
    path: namespaced(core, 'services'),
    toModel: toService,
    identity: ofMeta,
    indexes: { namespace: byNamespace },
  },
  endpointslices: {
    name: 'endpointslices',
    isNamespaced: true,
    path: namespaced(discovery, 'endpointslices'),
    toModel: toEndpointSlice,
    identity: ofMeta,
    indexes: { namespace: byNamespace },
  },
};

export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];
