import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { startProgram } from '#lib/sandbox/programs/start-program.ts';
import type { Run } from '#lib/sandbox/programs/program.ts';
import {
  isAskedFor,
  nanos,
  type ContainerConfig,
  type Filter,
  type PodSandboxConfig,
} from './cri-messages.ts';
import { CriError } from './cri-server.ts';
import type { StoredImage } from './image-service.ts';
import { RunningProgram, type End } from './running-program.ts';

type Sandbox = {
  readonly id: string;
  readonly config: PodSandboxConfig;
  readonly ip: string;
  readonly createdAt: number;
  isReady: boolean;
};

type Container = {
  readonly id: string;
  readonly sandbox: Sandbox;
  readonly config: ContainerConfig;
  readonly image: StoredImage;
  readonly createdAt: number;
  program?: RunningProgram;
  startedAt: number;
  end?: End & { readonly message?: string };
};

type Options = {
  readonly seed: string;
  readonly findImage: (reference: string) => StoredImage | undefined;
  /** First three parts of the pods' addresses. */
  readonly network: string;
};

/** Setting up network and pause container takes this long. */
const SANDBOX_MS = 500;
/** What containerd calls a container whose task could not be made. */
const START_ERROR = { exitCode: 128, reason: 'StartError' };

/** The pods and containers of one node; what runs in them are the sandbox's programs. */
export function runtimeService({ seed, findImage, network }: Options) {
  const sandboxes = new Map<string, Sandbox>();
  const containers = new Map<string, Container>();
  let lastAddress = 1;

  const freeAddress = (): string => {
    const used = new Set([...sandboxes.values()].map(({ ip }) => ip));
    for (let tries = 0; tries < 253; tries++) {
      lastAddress = lastAddress >= 254 ? 2 : lastAddress + 1;
      const ip = `${network}.${lastAddress}`;
      if (!used.has(ip)) return ip;
    }
    throw new Error(
      `failed to allocate for range 0: no IP addresses available in range set: ${network}.1-254`,
    );
  };
  const containerOf = (id: string): Container => known(containers, id, 'container');
  const sandboxOf = (id: string): Sandbox => known(sandboxes, id, 'sandbox');

  const runSandbox = async ({ config }: { config: PodSandboxConfig }) => {
    await delay(SANDBOX_MS);
    const id = newId();
    sandboxes.set(id, { id, config, ip: freeAddress(), createdAt: Date.now(), isReady: true });
    return { podSandboxId: id };
  };

  const stopSandbox = async ({ podSandboxId }: { podSandboxId: string }) => {
    const sandbox = sandboxes.get(podSandboxId);
    if (!sandbox) return {};
    const inside = [...containers.values()].filter((each) => each.sandbox === sandbox && !each.end);
    await Promise.all(inside.map(async (each) => each.program?.stop(0)));
    sandbox.isReady = false;
    return {};
  };

  const create = (request: { podSandboxId: string; config: ContainerConfig }) => {
    const { config } = request;
    const image = findImage(config.image.image);
    if (!image)
      throw new CriError(status.NOT_FOUND, `failed to resolve image "${config.image.image}": not found`);
    const id = newId();
    const sandbox = sandboxOf(request.podSandboxId);
    containers.set(id, { id, sandbox, config, image, createdAt: Date.now(), startedAt: 0 });
    return { containerId: id };
  };

  const start = ({ containerId }: { containerId: string }) => {
    const container = containerOf(containerId);
    const { config, sandbox } = container;
    const run = runOf(config, sandbox, seed);
    if (run.startError !== undefined) {
      container.end = { ...START_ERROR, message: run.startError, finishedAt: Date.now() };
      throw new Error(run.startError);
    }
    container.program = new RunningProgram({
      run,
      address: sandbox.ip,
      logPath: join(sandbox.config.logDirectory, config.logPath),
      onEnd: (end) => (container.end = end),
    });
    container.startedAt = container.program.startedAt;
    return {};
  };

  return {
    Version: () => ({
      version: '0.1.0',
      runtimeName: 'containerd',
      runtimeVersion: 'v2.1.4',
      runtimeApiVersion: 'v1',
    }),
    Status: () => ({
      status: {
        conditions: [
          { type: 'RuntimeReady', status: true },
          { type: 'NetworkReady', status: true },
        ],
      },
      runtimeHandlers: [{ name: '', features: {} }],
      features: {},
    }),
    RuntimeConfig: () => ({ linux: { cgroupDriver: 'CGROUPFS' } }),
    UpdateRuntimeConfig: () => ({}),

    RunPodSandbox: runSandbox,
    StopPodSandbox: stopSandbox,
    RemovePodSandbox: async (request: { podSandboxId: string }) => {
      await stopSandbox(request);
      for (const { id, sandbox } of containers.values()) {
        if (sandbox.id === request.podSandboxId) containers.delete(id);
      }
      sandboxes.delete(request.podSandboxId);
      return {};
    },
    PodSandboxStatus: ({ podSandboxId }: { podSandboxId: string }) => ({
      status: { ...listedSandbox(sandboxOf(podSandboxId)), ...networkOf(sandboxOf(podSandboxId)) },
    }),
    ListPodSandbox: ({ filter }: { filter: Filter | null }) => ({
      items: [...sandboxes.values()].map(listedSandbox).filter((each) => isAskedFor(each, filter)),
    }),

    CreateContainer: create,
    StartContainer: start,
    StopContainer: async ({ containerId, timeout }: { containerId: string; timeout: string }) => {
      await containers.get(containerId)?.program?.stop(Number(timeout) * 1000);
      return {};
    },
    RemoveContainer: async ({ containerId }: { containerId: string }) => {
      await containers.get(containerId)?.program?.stop(0);
      containers.delete(containerId);
      return {};
    },
    ListContainers: ({ filter }: { filter: Filter | null }) => ({
      containers: [...containers.values()].map(listedContainer).filter((each) => isAskedFor(each, filter)),
    }),
    ContainerStatus: (request: { containerId: string }) => ({
      status: containerStatus(containerOf(request.containerId)),
    }),
    UpdateContainerResources: () => ({}),
    ReopenContainerLog: () => ({}),
    // Programs answer their own health commands.
    ExecSync: () => ({ stdout: '', stderr: '', exitCode: 0 }),

    ListContainerStats: () => ({ stats: [] }),
    ListPodSandboxStats: () => ({ stats: [] }),
  };
}

const newId = (): string => randomBytes(32).toString('hex');

function known<T>(all: ReadonlyMap<string, T>, id: string, kind: string): T {
  const found = all.get(id);
  if (found) return found;
  throw new CriError(status.NOT_FOUND, `an error occurred when try to find ${kind} "${id}": not found`);
}

/** The kubelet has expanded `$(NAME)` in command and args already; doing so again changes nothing. */
function runOf(
  { metadata, image, command, args, envs, linux }: ContainerConfig,
  pod: Sandbox,
  seed: string,
): Run {
  const memory = linux?.resources?.memoryLimitInBytes ?? '0';
  return startProgram(
    {
      name: metadata.name,
      image: image.userSpecifiedImage,
      ...(command.length > 0 && { command }),
      ...(args.length > 0 && { args }),
      ...(memory !== '0' && { resources: { limits: { memory } } }),
    },
    {
      env: Object.fromEntries(envs.map(({ key, value }) => [key, value])),
      instance: metadata.attempt,
      podUid: pod.config.metadata.uid,
      seed,
    },
  );
}

const listedSandbox = ({ id, config, isReady, createdAt }: Sandbox) => ({
  id,
  metadata: config.metadata,
  state: isReady ? 'SANDBOX_READY' : 'SANDBOX_NOTREADY',
  createdAt: nanos(createdAt),
  labels: config.labels,
  annotations: config.annotations,
});

const networkOf = ({ ip, isReady }: Sandbox) => ({
  network: { ip: isReady ? ip : '' },
  linux: { namespaces: { options: { network: 'POD', pid: 'CONTAINER', ipc: 'POD' } } },
});

function stateOf({ end, startedAt }: Container): string {
  if (end) return 'CONTAINER_EXITED';
  return startedAt > 0 ? 'CONTAINER_RUNNING' : 'CONTAINER_CREATED';
}

const listedContainer = (container: Container) => ({
  id: container.id,
  podSandboxId: container.sandbox.id,
  metadata: container.config.metadata,
  image: { image: container.image.repoTags[0] },
  imageRef: container.image.repoDigests[0],
  imageId: container.image.id,
  state: stateOf(container),
  createdAt: nanos(container.createdAt),
  labels: container.config.labels,
  annotations: container.config.annotations,
});

const containerStatus = (container: Container) => ({
  ...listedContainer(container),
  startedAt: nanos(container.startedAt),
  finishedAt: nanos(container.end?.finishedAt ?? 0),
  exitCode: container.end?.exitCode ?? 0,
  reason: container.end?.reason ?? '',
  message: container.end?.message ?? '',
  mounts: container.config.mounts,
  logPath: join(container.sandbox.config.logDirectory, container.config.logPath),
});
