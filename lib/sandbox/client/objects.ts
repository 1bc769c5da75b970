import type { KubeEvent } from './event-objects.ts';
import type { Affinity, TopologySpreadConstraint } from './placement-objects.ts';
import type { EndpointSlice, Service } from './service-objects.ts';
import type { Endpoints, PodDisruptionBudget } from './disruption-objects.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  VolumeAttachment,
} from './storage-objects.ts';
import type { ControllerRevision, CronJob, DaemonSet, Job, StatefulSet } from './workload-objects.ts';

/**
 * The Kubernetes objects the simulation reads, as they cross the wire: times are RFC 3339 strings, optional
 * is what the API may leave out. Only the fields some controller, the scheduler or the kubelet looks at.
 */
export type Labels = Readonly<Record<string, string>>;

export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
};

export type Metadata = {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
};

export type KubeObject = {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Metadata;
};

export type Condition = {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
  readonly lastProbeTime?: string | null;
  readonly lastHeartbeatTime?: string;
};

export type LabelSelector = {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
};

type KeyRef = { readonly name?: string; readonly key: string; readonly optional?: boolean };
export type EnvVar = {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly configMapKeyRef?: KeyRef;
    readonly secretKeyRef?: KeyRef;
    readonly fieldRef?: { readonly fieldPath: string };
    readonly resourceFieldRef?: { readonly resource: string };
  };
};
export type EnvFromSource = {
  readonly prefix?: string;
  readonly configMapRef?: { readonly name?: string; readonly optional?: boolean };
  readonly secretRef?: { readonly name?: string; readonly optional?: boolean };
};

export type HttpGetAction = {
  readonly path?: string;
  readonly port: number | string;
  readonly scheme?: string;
  readonly host?: string;
};
export type HookSpec = {
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: HttpGetAction;
  readonly sleep?: { readonly seconds: number };
};
export type SecurityContext = {
  readonly runAsUser?: number;
  readonly runAsNonRoot?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly fsGroup?: number;
};

export type ProbeSpec = {
  readonly httpGet?: HttpGetAction;
  readonly tcpSocket?: { readonly port: number | string };
  readonly exec?: { readonly command?: readonly string[] };
  readonly grpc?: { readonly port: number; readonly service?: string };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
  readonly successThreshold?: number;
  readonly terminationGracePeriodSeconds?: number;
};

export type ContainerPort = {
  readonly name?: string;
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly hostIP?: string;
  readonly protocol?: string;
};

export type ResourceList = Readonly<Record<string, string>>;
export type ContainerSpec = {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFromSource[];
  readonly ports?: readonly ContainerPort[];
  /** `Always` on an init container makes it a sidecar. */
  readonly restartPolicy?: string;
  readonly resources?: { readonly requests?: ResourceList; readonly limits?: ResourceList };
  readonly livenessProbe?: ProbeSpec;
  readonly readinessProbe?: ProbeSpec;
  readonly startupProbe?: ProbeSpec;
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
    readonly readOnly?: boolean;
  }[];
  readonly lifecycle?: { readonly postStart?: HookSpec; readonly preStop?: HookSpec };
  readonly securityContext?: SecurityContext;
  readonly terminationMessagePolicy?: string;
};

export type Toleration = {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
};

type KeyToPath = readonly { readonly key: string; readonly path?: string }[];
export type VolumeSpec = {
  readonly name: string;
  readonly emptyDir?: object;
  readonly hostPath?: { readonly path: string; readonly type?: string };
  readonly secret?: { readonly secretName?: string; readonly optional?: boolean; readonly items?: KeyToPath };
  readonly configMap?: {
    readonly name?: string;
    readonly optional?: boolean;
    readonly items?: KeyToPath;
    readonly defaultMode?: number;
  };
  readonly projected?: {
    readonly sources?: readonly {
      readonly secret?: { readonly name?: string; readonly optional?: boolean; readonly items?: KeyToPath };
      readonly configMap?: {
        readonly name?: string;
        readonly optional?: boolean;
        readonly items?: KeyToPath;
      };
    }[];
  };
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
  readonly ephemeral?: object;
};

export type PodSpec = {
  readonly containers: readonly ContainerSpec[];
  readonly initContainers?: readonly ContainerSpec[];
  readonly affinity?: Affinity;
  readonly hostNetwork?: boolean;
  readonly hostname?: string;
  readonly ephemeralContainers?: readonly (ContainerSpec & { readonly targetContainerName?: string })[];
  readonly activeDeadlineSeconds?: number;
  readonly securityContext?: SecurityContext;
  readonly readinessGates?: readonly { readonly conditionType: string }[];
  readonly nodeName?: string;
  readonly nodeSelector?: Labels;
  readonly subdomain?: string;
  readonly tolerations?: readonly Toleration[];
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  readonly terminationGracePeriodSeconds?: number;
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly serviceAccountName?: string;
  readonly schedulerName?: string;
  readonly volumes?: readonly VolumeSpec[];
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly schedulingGates?: readonly { readonly name: string }[];
  readonly overhead?: ResourceList;
  readonly priority?: number;
  readonly priorityClassName?: string;
  readonly preemptionPolicy?: string;
};

export type Termination = {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly containerID?: string;
};
export type ContainerStateStatus = {
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: Termination;
};
export type ContainerStatus = {
  readonly name: string;
  readonly state: ContainerStateStatus;
  readonly lastState: ContainerStateStatus;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly resources?: { readonly requests?: ResourceList; readonly limits?: ResourceList };
  readonly allocatedResources?: ResourceList;
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
    readonly recursiveReadOnly?: string;
  }[];
};
export type PodStatus = {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly conditions?: readonly Condition[];
  readonly hostIP?: string;
  readonly hostIPs?: readonly { readonly ip: string }[];
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly startTime?: string;
  readonly qosClass?: string;
  readonly nominatedNodeName?: string;
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
};
export type Pod = KubeObject & { readonly spec: PodSpec; readonly status?: PodStatus };

export type PodTemplate = {
  readonly metadata?: {
    readonly labels?: Labels;
    readonly annotations?: Labels;
    readonly finalizers?: readonly string[];
  };
  readonly spec: PodSpec;
};

export type ReplicaSet = KubeObject & {
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
  };
  readonly status?: {
    readonly replicas?: number;
    readonly fullyLabeledReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly terminatingReplicas?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
};

export type DeploymentStatus = {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly collisionCount?: number;
  readonly conditions?: readonly Condition[];
};
export type Deployment = KubeObject & {
  readonly spec: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly minReadySeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly progressDeadlineSeconds?: number;
    readonly selector: LabelSelector;
    readonly strategy?: {
      readonly type?: 'RollingUpdate' | 'Recreate';
      readonly rollingUpdate?: {
        readonly maxSurge?: number | string;
        readonly maxUnavailable?: number | string;
      };
    };
    readonly template: PodTemplate;
  };
  readonly status?: DeploymentStatus;
};

export type Taint = {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
  /** Set by the node controller on NoExecute taints: tolerationSeconds count from here. */
  readonly timeAdded?: string;
};
export type Node = KubeObject & {
  readonly spec: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly Taint[];
    /** `10.244.3.0/24` */
    readonly podCIDR?: string;
  };
  readonly status?: {
    readonly allocatable?: ResourceList;
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly conditions?: readonly Condition[];
  };
};

export type ConfigMap = KubeObject & {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
};
/** `data` values are base64. */
export type Secret = KubeObject & {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
};
export type Namespace = KubeObject & { readonly status?: { readonly phase?: string } };
export type ServiceAccount = KubeObject & {
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
};
export type Lease = KubeObject & {
  readonly spec: {
    readonly holderIdentity?: string;
    readonly renewTime?: string;
    readonly leaseDurationSeconds?: number;
  };
};

/** What the simulation reads, by kind. */
export type KindMap = {
  Namespace: Namespace;
  Node: Node;
  Pod: Pod;
  Event: KubeEvent;
  Deployment: Deployment;
  ReplicaSet: ReplicaSet;
  Service: Service;
  EndpointSlice: EndpointSlice;
  Secret: Secret;
  ConfigMap: ConfigMap;
  ServiceAccount: ServiceAccount;
  Lease: Lease;
  PersistentVolumeClaim: PersistentVolumeClaim;
  PersistentVolume: PersistentVolume;
  StorageClass: StorageClass;
  VolumeAttachment: VolumeAttachment;
  PriorityClass: KubeObject;
  ResourceQuota: KubeObject;
  LimitRange: KubeObject;
  ValidatingWebhookConfiguration: KubeObject;
  PodDisruptionBudget: PodDisruptionBudget;
  HorizontalPodAutoscaler: KubeObject;
  Endpoints: Endpoints;
  ControllerRevision: ControllerRevision;
  CronJob: CronJob;
  DaemonSet: DaemonSet;
  Job: Job;
  StatefulSet: StatefulSet;
};
export type Kind = keyof KindMap;
