import type { ContainerSpec, ContainerStateStatus, Pod, Termination } from '#lib/sandbox/client/objects.ts';
import type { Run } from '#lib/sandbox/programs/program.ts';
import type { BackOff } from './back-off.ts';

export type ProbeType = 'Startup' | 'Liveness' | 'Readiness';

/** One prober: `passed` is the verdict in force, `streak` how often the latest result came in a row. */
export type ProbeRecord = {
  readonly nextAt: number;
  readonly passed: boolean;
  readonly latest?: boolean;
  readonly streak: number;
};

export type ContainerState =
  /** Nothing tried yet: ContainerCreating or PodInitializing. */
  | { readonly kind: 'fresh' }
  /** A pull is under way; `shown` is what the status still says. */
  | {
      readonly kind: 'pulling';
      readonly startedAt: number;
      readonly doneAt: number;
      readonly shown: ContainerStateStatus;
    }
  /** Something before the start failed and is tried again at `retryAt`; the kubelet looks in at `tickAt`. */
  | {
      readonly kind: 'blocked';
      readonly reason: string;
      readonly message: string;
      readonly retryAt: number;
      readonly tickAt: number;
    }
  | {
      readonly kind: 'running';
      readonly startedAt: number;
      readonly containerId: string;
      readonly run: Run;
      readonly kill?: { readonly exitAt: number; readonly exitCode: number; readonly termAt: number };
      readonly probes: Readonly<Partial<Record<ProbeType, ProbeRecord>>>;
    }
  /** Seen dead; the next sync at `decideAt` decides about a restart. `shown` for RunContainerError. */
  | {
      readonly kind: 'exited';
      readonly decideAt: number;
      readonly shown?: ContainerStateStatus;
      /** By a failed probe. */
      readonly killed?: boolean;
    }
  | {
      readonly kind: 'back-off';
      readonly message: string;
      readonly retryAt: number;
      readonly tickAt: number;
    };

/** The kubelet's memory of one container. */
export type ContainerRecord = {
  readonly spec: ContainerSpec;
  readonly isInit: boolean;
  readonly state: ContainerState;
  /** How many instances were created so far. */
  readonly instances: number;
  readonly latestExit?: Termination;
  /** The exit before the latest one. */
  readonly previousExit?: Termination;
  readonly restartBackOff?: BackOff;
  readonly imageId: string;
  readonly started: boolean;
  readonly ready: boolean;
};

/** The kubelet's memory of one pod. Lost with the kubelet, as in reality. */
export type PodRecord = {
  readonly acceptedAt: number;
  readonly sandboxReadyAt: number;
  readonly ip: string;
  /** Init containers first, in order. */
  readonly containers: readonly ContainerRecord[];
  /** Failed pulls by image. */
  readonly pulls: Readonly<Record<string, { readonly backOff: BackOff; readonly error: string }>>;
};

export type PullOutcome = { readonly tookMs: number } & (
  { readonly error: string } | { readonly bytes: number; readonly digest: string }
);

/** Everything a pod's state depends on besides its own record: looked up, never written. */
export interface World {
  readonly now: number;
  readonly hasImage: (image: string) => boolean;
  /** Undefined when the reference does not parse. */
  readonly pull: (image: string, pod: Pod) => PullOutcome | undefined;
  /** Names in spec.imagePullSecrets that do not exist. */
  readonly missingPullSecrets: (pod: Pod) => readonly string[];
  readonly environment: (
    pod: Pod,
    container: ContainerSpec,
    ip: string,
  ) => { env: Readonly<Record<string, string>> } | { error: string };
  readonly start: (
    container: ContainerSpec,
    input: { env: Readonly<Record<string, string>>; instance: number; podUid: string },
  ) => Run;
  /** In [0, 1), a pure function of its keys. */
  readonly chance: (...keys: readonly (string | number)[]) => number;
}

export type KubeletEvent = {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly fieldPath?: string;
};

export function freshPod(
  pod: Pod,
  { ip, now, chance }: { ip: string; now: number; chance: World['chance'] },
): PodRecord {
  const record = (spec: ContainerSpec, isInit: boolean): ContainerRecord => ({
    spec,
    isInit,
    state: { kind: 'fresh' },
    instances: 0,
    imageId: '',
    started: false,
    ready: false,
  });
  return {
    acceptedAt: now,
    sandboxReadyAt: now + 400 + Math.floor(800 * chance(pod.metadata.uid, 'sandbox')),
    ip,
    containers: [
      ...(pod.spec.initContainers ?? []).map((spec) => record(spec, true)),
      ...pod.spec.containers.map((spec) => record(spec, false)),
    ],
    pulls: {},
  };
}
