import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Node } from '#lib/sandbox/client/objects.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';
import { nodes } from '#lib/sandbox/scenarios/nodes.ts';
import { createIfMissing } from '#lib/sandbox/scenarios/upsert.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { freePorts } from '../free-ports.ts';
import { startGuarded } from '../guarded-process.ts';
import type { ControlPlane } from '../start.ts';
import { isolated, kubeletConfig } from './kubelet-config.ts';
import { nodeFiles, type NodeSetting } from './node-files.ts';
import { requireNamespaces } from './require-namespaces.ts';
import { startBridge } from './tcp-bridge.ts';

export type RealKubelet = {
  /** The program. */
  readonly kubelet: string;
  /** The Container Runtime Interface's definition. */
  readonly criProto: string;
};

export type RealNodes = {
  /** Settles with a reason when a kubelet ends that was not asked to. */
  readonly failed: Promise<string>;
  stop(): Promise<void>;
};

/** Two workers with Kubernetes' own kubelets; their containers run the sandbox's programs. */
export async function startRealNodes(
  cluster: Cluster,
  { controlPlane, seed, program }: { controlPlane: ControlPlane; seed: string; program: RealKubelet },
): Promise<RealNodes> {
  await requireNamespaces();
  const closing: (() => void | Promise<void>)[] = [];
  const failed = Promise.withResolvers<string>();
  let isStopping = false;
  const workers = nodes(Date.now()).filter(({ metadata: { name = '' } }) => /^worker-[12]$/.test(name));
  for (const [index, node] of workers.entries()) {
    const { folder, port, log } = await prepared(node, { controlPlane, seed, program, index: index + 1 });
    closing.push(await bridgeFor(folder, port, controlPlane));
    await createIfMissing(cluster.api, registered(node));
    const main = [process.execPath, join(import.meta.dirname, 'node-main.ts'), folder];
    const running = startGuarded(isolated(`10.244.${index + 1}`, main), log);
    closing.push(() => running.stop());
    void running.exited.then((reason) => isStopping || failed.resolve(reason));
  }
  return {
    failed: failed.promise,
    stop: async () => {
      isStopping = true;
      for (const close of closing.toReversed()) await close();
    },
  };
}

type Preparation = {
  readonly controlPlane: ControlPlane;
  readonly seed: string;
  readonly program: RealKubelet;
  readonly index: number;
};

async function prepared(node: Draft, { controlPlane, seed, program, index }: Preparation) {
  const name = node.metadata.name ?? '';
  const folder = join(controlPlane.files.folder, name);
  const files = nodeFiles(folder);
  await mkdir(folder, { recursive: true });
  const [kubelet = 0] = await freePorts(1);
  const setting: NodeSetting = {
    ...program,
    name,
    seed,
    kubeconfig: controlPlane.files.kubelet,
    network: `10.244.${index}`,
    ports: { apiServer: Number(new URL(controlPlane.server).port), kubelet },
  };
  await writeFile(files.setting, JSON.stringify(setting));
  await writeFile(files.config, kubeletConfig(files, setting, controlPlane.files));
  return { folder, port: kubelet, log: files.log };
}

async function bridgeFor(folder: string, kubelet: number, { server }: ControlPlane): Promise<() => void> {
  const files = nodeFiles(folder);
  const apiServer = { host: '127.0.0.1', port: Number(new URL(server).port) };
  const ends = [
    await startBridge({ path: files.apiServer }, apiServer),
    await startBridge({ host: '127.0.0.1', port: kubelet }, { path: files.kubelet }),
  ];
  return () => ends.forEach((end) => end());
}

/** As a cloud provider registers it: with an address at which the API server finds the kubelet, the rest is for the kubelet. */
function registered({ apiVersion, kind, metadata, spec }: Draft & { readonly spec?: unknown }): Draft {
  const status: Partial<Node['status']> = {
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: metadata.name ?? '' },
    ],
  };
  return { apiVersion, kind, metadata, spec, status };
}
