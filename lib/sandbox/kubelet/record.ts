import type { ContainerSpec, ContainerStatus, Pod, Termination } from '#lib/sandbox/client/objects.ts';
import type { HookOutcome, Run } from '#lib/sandbox/programs/program.ts';
import type { BackOff } from './back-off.ts';
import type { VolumeHold } from './volumes.ts';

export type ProbeType = 'Startup' | 'Liveness' | 'Readiness';

/** One prober: `passed` is the verdict in force, `streak` how often the latest result came in a row. */
export type ProbeRecord = {
  readonly nextAt: number;
  readonly passed: boolean;
  readonly latest?: boolean;
  readonly streak: number;
  /** The probe under way gets no answer; it gives up then. */
  readonly timesOutAt?: number;
};

/** SIGTERM was sent or will be at `termAt`; the container is gone at `exitAt`. */
export type Kill = { readonly exitAt: number; readonly exitCode: number; readonly termAt: number };

/** What the container runtime knows of the newest instance. */
export type Instance =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'running';
      readonly startedAt: number;
      readonly containerId: string;
      readonly run: Run;
      readonly kill?: Kill;
      readonly probes: Readonly<Partial<Record<ProbeType, ProbeRecord>>>;
    }
  /** `latestExit` of its record tells the rest. */
  | { readonly kind: 'exited' };

export type Role = 'init' | 'sidecar' | 'main' | 'ephemeral';

/** What a start last failed with; forgotten with the next start that works (reason_cache.go). */
export type Reason = { readonly reason: string; readonly message: string };

/** The kubelet's memory of one container. */
export type ContainerRecord = {
  readonly spec: ContainerSpec;
  readonly role: Role;
  readonly instance: Instance;
  /** How many instances were created so far. */
  readonly instances: number;
  readonly latestExit?: Termination;
  readonly previousExit?: Termination;
  readonly restartBackOff?: BackOff;
  readonly reason?: Reason;
  readonly imageId: string;
  /** Startup probe passed (or there is none), readiness in force: both of the running instance. */
  readonly started: boolean;
  readonly ready: boolean;
  /** When a prober finds the exited instance dead, which wakes the worker once more. */
  readonly foundDeadAt?: number;
  /** As the newest status said; a status is made when a sync begins, so it may lag behind `instance`. */
  readonly shown?: ContainerStatus;
};

/** One thing a sync does; they are done one after the other, and a blocked one blocks the rest. */
export type Task =
  /** Waits for volumes; tried again at `nextTryAt`. */
  | { readonly do: 'mount'; readonly nextTryAt: number; readonly tries: number }
  /** Reads the pull Secrets. */
  | { readonly do: 'secrets' }
  | { readonly do: 'sandbox'; readonly doneAt?: number }
  | {
      readonly do: 'kill';
      readonly names: readonly string[];
      readonly ordered?: true;
      readonly message?: string;
      /** Undefined: that of the pod. */
      readonly graceMs?: number;
      readonly begun?: true;
    }
  | {
      readonly do: 'start';
      readonly name: string;
      /** When the instance exited that the sync saw dead. */
      readonly exitedAt?: number;
      readonly pull?: {
        readonly askedAt: number;
        readonly startedAt: number;
        readonly doneAt: number;
        readonly outcome: PullOutcome;
      };
      readonly hook?: { readonly doneAt: number; readonly outcome: HookOutcome };
    };

/** The pod worker (pod_workers.go): does one sync at a time, and is woken for the next. */
export type Worker = {
  readonly stage: 'syncing' | 'terminating' | 'terminated';
  /** What the sync under way still has to do; undefined between two syncs. */
  readonly tasks?: readonly Task[];
  /** The sync under way met an error; the earliest end of a crash back-off among them. */
  readonly failed?: { readonly backOffEndsAt?: number };
  /** When the work queue wakes it (Infinity: never by itself). */
  readonly queuedAt: number;
  /** When news from the runtime or a prober wake it. */
  readonly newsAt: number;
  /** When a second piece of the same news wakes it once more. */
  readonly againAt?: number;
};

/** Why a pod was made to fail as a whole: past its deadline, or evicted. */
export type Eviction = {
  readonly reason: string;
  readonly message: string;
  /** Overrides the pod's grace period. */
  readonly graceMs?: number;
};

/** The kubelet's memory of one pod. Lost with the kubelet, as in reality. */
export type PodRecord = {
  readonly acceptedAt: number;
  /** The pod as the kubelet last acted on it: generation and deletion. */
  readonly seen: string;
  readonly worker: Worker;
  readonly hasSandbox: boolean;
  /** The runtime's list has not shown the new sandbox yet. */
  readonly isSandboxNews?: true;
  /** As the newest status said. */
  readonly shownSandbox: boolean;
  /** When its probers began to tick. */
  readonly probedFrom?: number;
  readonly ip: string;
  /** Init containers first, in order; ephemeral ones last. */
  readonly containers: readonly ContainerRecord[];
  /** Failed pulls by image. */
  readonly pulls: Readonly<
    Record<string, { readonly backOff: BackOff; readonly error: string; readonly reason: string }>
  >;
  readonly eviction?: Eviction;
};

export type PullOutcome = { readonly tookMs: number } & (
  | { readonly error: string }
  | {
      readonly bytes: number;
      readonly digest: string;
      /** Names the credential that opened the registry; absent for an anonymous pull. */
      readonly credential?: string;
    }
);

/** User of an image: undefined uid with a name cannot be verified to be non-root. */
export type ImageUser = { readonly uid?: number; readonly name?: string };

/** Everything a pod's state depends on besides its own record: looked up, never written. */
export interface World {
  readonly now: number;
  /** Whether this pod can use the copy of the image on the node. */
  readonly hasImage: (image: string, pod: Pod) => boolean;
  /** Undefined when the reference does not parse. */
  readonly pull: (image: string, pod: Pod) => PullOutcome | undefined;
  /** When the pulls under way on the node are done: images are pulled one at a time. */
  readonly pullsFreeAt: number;
  /** Names in spec.imagePullSecrets that do not exist. */
  readonly missingPullSecrets: (pod: Pod) => readonly string[];
  /** Why the pod's credentials cannot be read at all, in the words of the JSON decoder. */
  readonly pullSecretError: (pod: Pod) => string | undefined;
  readonly imageUser: (image: string) => ImageUser;
  /** Volumes that are not mounted yet; the pod's containers wait for them. */
  readonly heldVolumes: (pod: Pod) => readonly VolumeHold[];
  readonly environment: (
    pod: Pod,
    container: ContainerSpec,
    ip: string,
  ) => { env: Readonly<Record<string, string>> } | { error: string };
  readonly start: (
    container: ContainerSpec,
    input: {
      env: Readonly<Record<string, string>>;
      instance: number;
      pod: Pod;
      startedAt: number;
    },
  ) => Run;
  /** In [0, 1), a pure function of its keys. */
  readonly chance: (...keys: readonly (string | number)[]) => number;
}

export type KubeletEvent = {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly fieldPath?: string;
  /** About the node, not the pod. */
  readonly isOfNode?: true;
};

/** A pod the kubelet sees for the first time at `now`. */
export function freshPod(pod: Pod, { ip, now }: { ip: string; now: number }): PodRecord {
  return {
    acceptedAt: now,
    seen: '',
    worker: { stage: 'syncing', queuedAt: now, newsAt: Infinity },
    hasSandbox: false,
    shownSandbox: false,
    ip,
    containers: containersOf(pod),
    pulls: {},
  };
}

export function containersOf({ spec }: Pod): readonly ContainerRecord[] {
  return [
    ...(spec.initContainers ?? []).map((each) =>
      freshContainer(each, each.restartPolicy === 'Always' ? 'sidecar' : 'init'),
    ),
    ...spec.containers.map((each) => freshContainer(each, 'main')),
    ...(spec.ephemeralContainers ?? []).map((each) => freshContainer(each, 'ephemeral')),
  ];
}

const freshContainer = (spec: ContainerSpec, role: Role): ContainerRecord => ({
  spec,
  role,
  instance: { kind: 'none' },
  instances: 0,
  imageId: '',
  started: false,
  ready: false,
});
