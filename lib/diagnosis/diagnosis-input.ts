import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { LimitRange, Quota } from '#lib/model/limits.ts';
import type { KubeNode } from '#lib/model/node.ts';
import type { ContainerSpec } from '#lib/model/pod-template.ts';
import type { ContainerStatus, Pod, Terminated } from '#lib/model/pod.ts';
import type { FieldChange } from '#lib/model/revision.ts';
import type { EndpointSlice, Service } from '#lib/model/service.ts';
import type { PersistentVolume, StorageClass, VolumeClaim } from '#lib/model/storage.ts';
import type { CronJob, Deployment, Workload, WorkloadRef } from '#lib/model/workload.ts';
import type { HistoryGap } from '#lib/model/finding.ts';
import type { LastGoodRevision } from '#lib/rollout/last-good-revision.ts';

/** Being forbidden to look is not the same as "missing". */
export type Lookup<T> =
  | { readonly state: 'exists'; readonly value: T }
  | { readonly state: 'missing' }
  | { readonly state: 'unchecked'; readonly permission?: string; readonly because?: string };

/** What could be seen of a kind: what is not among `items` is missing only when `isWhole`. */
export type Listing<T> = {
  readonly items: readonly T[];
  readonly isWhole: boolean;
  /** The permission that would have shown all of it, when that was the reason. */
  readonly permission?: string;
  /** What else kept us from it: "there are more than 500". */
  readonly because?: string;
};

/** A Secret reduced to what a diagnosis needs: never a value. */
export type SecretFacts = {
  readonly type: string;
  readonly keys: readonly string[];
  /** Pull Secrets only: the keys of `auths` with their paths, e.g. "index.docker.io/v1/", "ghcr.io/acme". */
  readonly registryHosts?: readonly string[];
  /** The docker config does not parse: the kubelet then fails the whole pull. */
  readonly malformed?: boolean;
  /** When the token in it says that it expires, epoch ms; absent when it does not say. */
  readonly tokenExpiresAt?: number;
  /** When the data was last written, epoch ms; absent when the object does not tell. */
  readonly dataUpdatedAt?: number;
};

/** Names looked up for this pod. A name nobody looked up counts as unchecked. */
export type References = {
  readonly secrets: ReadonlyMap<string, Lookup<SecretFacts>>;
  readonly configMaps: ReadonlyMap<string, Lookup<{ readonly keys: readonly string[] }>>;
  readonly serviceAccount: Lookup<{ readonly imagePullSecrets: readonly string[] }>;
  /** All names of the namespace, for near misses; absent when listing is not permitted. */
  readonly secretNames?: readonly string[];
  readonly configMapNames?: readonly string[];
  /** The pod's claims, those of ephemeral volumes too; only looked up where a volume may be the cause. */
  readonly claims?: ReadonlyMap<string, Lookup<VolumeClaim>>;
  readonly claimNames?: readonly string[];
  /** By name: the volumes its claims name. */
  readonly namedVolumes?: ReadonlyMap<string, Lookup<PersistentVolume>>;
  /** All of the cluster; only looked up where no driver makes them. */
  readonly volumes?: Listing<PersistentVolume>;
  readonly storageClasses?: Listing<StorageClass>;
  /** Of the namespace; only looked up where no pod could be created. */
  readonly quotas?: Listing<Quota>;
  readonly limitRanges?: Listing<LimitRange>;
};

/** Last lines of a container: of the ended instance when it crashed, else of the running one. */
export type LogTailInput = {
  readonly lines: readonly { readonly at?: number; readonly text: string }[];
  /** Why there are no lines: "never started", "not permitted". */
  readonly gap?: string;
};

/** Everything the rules may look at, gathered before: rules never wait for anything. */
export type DiagnosisInput = {
  /** Epoch ms. */
  readonly now: number;
  readonly owner: WorkloadRef;
  readonly deployment?: Deployment;
  /** The owner itself where it was read; the Jobs of a CronJob. */
  readonly workloads?: readonly Workload[];
  /** The owner itself where it is a CronJob that may be read. */
  readonly cronJob?: CronJob;
  /** The pod to explain; absent when the controller could not create one. */
  readonly pod?: Pod;
  /** The other pods of the workload. */
  readonly siblings: readonly Pod[];
  /** Events of the pod, of its owners and of its node. */
  readonly events: readonly KubeEvent[];
  readonly nodes: readonly KubeNode[];
  /** Images some pod of the cluster runs right now: proof that a repository exists. */
  readonly runningImages: readonly string[];
  /** Images that other pods run on the node of this one: they are in the node's store. */
  readonly imagesOnNode?: readonly string[];
  /** Name of a pull Secret -> namespaces in which it is known to exist, or in which a running pod names it. */
  readonly pullSecretNamespaces?: ReadonlyMap<string, readonly string[]>;
  readonly lastGood?: LastGoodRevision;
  /** The current revision had completed its rollout before it failed, see `rolloutHadCompleted`. */
  readonly rolloutCompleted?: boolean;
  /** The pod is not of the current revision, and no template reaches it by itself: neither would an undo. */
  readonly isUnreached?: boolean;
  /** Earlier revisions could not be read: what changed is then not known. */
  readonly historyGap?: HistoryGap;
  /** From the last good revision to that of the pod. */
  readonly changes: readonly FieldChange[];
  readonly references: References;
  /** Container name -> log. */
  readonly logs: ReadonlyMap<string, LogTailInput>;
  /** Services of the namespace; absent when not readable. */
  readonly services?: readonly Service[];
  readonly endpointSlices?: readonly EndpointSlice[];
  /** Endpoints of the Service kube-dns; absent when not readable, or when the cluster's DNS is called otherwise. */
  readonly dnsEndpoints?: { readonly ready: number; readonly total: number };
};

/** One container of the pod, as the rules see it. */
export type ContainerSubject = {
  readonly spec: ContainerSpec;
  readonly status: ContainerStatus;
  /** Its newest end: the current state if it is terminated, else the last one. */
  readonly exit?: Terminated;
  readonly log: LogTailInput;
};

export type ContainerInput = DiagnosisInput & { readonly pod: Pod; readonly container: ContainerSubject };
