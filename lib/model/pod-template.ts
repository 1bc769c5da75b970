/** `init` runs to completion before the app; `sidecar` is an init container with `restartPolicy: Always`. */
export type ContainerRole = 'init' | 'sidecar' | 'app' | 'ephemeral';

export type EnvSource =
  | {
      readonly kind: 'configMapKey' | 'secretKey';
      readonly name: string;
      readonly key: string;
      readonly optional: boolean;
    }
  | { readonly kind: 'field' | 'resource' | 'other'; readonly path: string };

/** A literal value is kept only as a keyed hash (one key per process), so a diff can say "value changed". */
export type EnvVar = {
  readonly name: string;
  readonly valueHash?: string;
  readonly source?: EnvSource;
};

export type EnvFrom = {
  readonly kind: 'configMap' | 'secret';
  readonly name: string;
  readonly prefix: string;
  readonly optional: boolean;
};

export type ContainerPort = {
  readonly name?: string;
  readonly port: number;
  readonly protocol: string;
};

/** Port is a number or a port name of the container. */
export type ProbeHandler =
  | {
      readonly kind: 'http';
      readonly path: string;
      readonly port: number | string;
      readonly scheme: 'HTTP' | 'HTTPS';
      readonly host?: string;
    }
  | { readonly kind: 'tcp'; readonly port: number | string }
  | { readonly kind: 'grpc'; readonly port: number; readonly service?: string }
  | { readonly kind: 'exec'; readonly command: readonly string[] };

/** Defaults are filled in at the edge: period 10 s, timeout 1 s, thresholds 3 and 1, delay 0. */
export type Probe = {
  readonly handler: ProbeHandler;
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
  readonly successThreshold: number;
  readonly terminationGracePeriodSeconds?: number;
};

export type VolumeMount = {
  readonly volume: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly: boolean;
};

/** Quantities stay strings as written ("512Mi", "250m"); `diagnosis/quantity.ts` parses them. */
export type Resources = {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
};

export type ContainerSecurity = {
  readonly runAsUser?: number;
  readonly runAsNonRoot?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly privileged?: boolean;
};

export type ContainerSpec = {
  readonly name: string;
  readonly role: ContainerRole;
  readonly image: string;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  /** `undefined` means the image's ENTRYPOINT. */
  readonly command?: readonly string[];
  /** `undefined` means the image's CMD. */
  readonly args?: readonly string[];
  readonly env: readonly EnvVar[];
  readonly envFrom: readonly EnvFrom[];
  readonly ports: readonly ContainerPort[];
  readonly resources: Resources;
  readonly liveness?: Probe;
  readonly readiness?: Probe;
  readonly startup?: Probe;
  readonly mounts: readonly VolumeMount[];
  readonly security: ContainerSecurity;
};

export type Volume = {
  /** Of a pod's service account token without its random end: `kube-api-access-*****`. */
  readonly name: string;
  readonly kind: string;
  /** Name of the referenced ConfigMap, Secret or PersistentVolumeClaim, where there is one. */
  readonly refName?: string;
  readonly optional: boolean;
  /** Volumes of kind `image` only: the image or artifact that is mounted. */
  readonly reference?: string;
};

export type Toleration = {
  readonly key?: string;
  readonly operator: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: string;
  /** How long a `NoExecute` taint is put up with; absent: for ever. */
  readonly tolerationSeconds?: number;
};

export type NodeRequirement = {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
};

/** All of it must hold. One without any requirement matches no node. */
export type NodeTerm = {
  readonly labels: readonly NodeRequirement[];
  /** Of fields, `metadata.name` alone is allowed: what a DaemonSet asks for. */
  readonly fields: readonly NodeRequirement[];
};

/** What a Pod and the `spec.template` of a workload have in common. Pods of one workload hold the same one. */
export type PodSpec = {
  /** Init containers first (in order), then app containers (in order), then ephemeral ones. */
  readonly containers: readonly ContainerSpec[];
  readonly volumes: readonly Volume[];
  readonly serviceAccountName: string;
  readonly imagePullSecrets: readonly string[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** `affinity.nodeAffinity.required…`: one of them must match; empty when nothing is asked for. */
  readonly nodeTerms: readonly NodeTerm[];
  readonly tolerations: readonly Toleration[];
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly terminationGracePeriodSeconds: number;
  readonly schedulerName: string;
  readonly hostNetwork: boolean;
  readonly podSecurity: {
    readonly runAsUser?: number;
    readonly runAsNonRoot?: boolean;
    readonly fsGroup?: number;
  };
};

export type PodTemplate = PodSpec & {
  readonly labels: Readonly<Record<string, string>>;
  /**
   * Keyed hash of the whole raw template without the `pod-template-hash` label: two templates are the
   * same exactly when their hashes are.
   */
  readonly hash: string;
};
