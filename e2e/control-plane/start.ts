import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '#lib/sandbox/apiserver/https/accounts.ts';
import { createIdentity, type Identity } from '#lib/sandbox/apiserver/https/certificate.ts';
import { kubeconfig, writeKubeconfig } from '#lib/sandbox/apiserver/https/kubeconfig.ts';
import { HttpsTransport } from '#lib/sandbox/https-transport.ts';
import { createGuardedFolder } from '#lib/sandbox/guarded-folder.ts';
import type { Binaries } from './build.ts';
import { clusterUsers, tokenFile, type ClusterUsers } from './cluster-users.ts';
import {
  apiServerCommand,
  clusterFiles,
  controllerManagerCommand,
  etcdCommand,
  schedulerCommand,
  type ClusterFiles,
} from './components.ts';
import { CLUSTER_NAME } from './context-of.ts';
import { freePorts } from './free-ports.ts';
import { startGuarded, type GuardedProcess } from './guarded-process.ts';

export type ControlPlane = {
  readonly server: string;
  readonly identity: Identity;
  readonly accounts: readonly Account[];
  /** One context for each account; the administrator's is current. */
  readonly kubeconfig: string;
  readonly files: ClusterFiles;
  /** Of the nodes: may do everything. */
  readonly transport: HttpsTransport;
  /** Settles with a reason when a component ends that was not asked to. */
  readonly failed: Promise<string>;
  stopApiServer(): Promise<void>;
  /** It comes back at the same address. */
  startApiServer(): Promise<void>;
  /** Ends the processes and removes their files. */
  stop(): Promise<void>;
};

const READY_WITHIN_MS = 60_000;

export type ControlPlaneOptions = {
  /**
   * With the controller manager and the scheduler, unless told otherwise. Without them nothing but what clients ask for
   * happens, and who makes pods has to make their service accounts before.
   */
  readonly controllers?: boolean;
  /** A node that is silent for so long is given up. 40 by default, as everywhere. */
  readonly nodeGraceSeconds?: number;
};

/** A real etcd, API server, controller manager and scheduler on random loopback ports. Nodes are not included. */
export async function startControlPlane(
  binaries: Binaries,
  { controllers = true, nodeGraceSeconds = 40 }: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const folder = await createGuardedFolder('uncrash-control-plane-');
  const files = clusterFiles(folder.path);
  const [client = 0, peer = 0, secure = 0] = await freePorts(3);
  const setting = { binaries, files, ports: { client, peer, secure }, nodeGraceSeconds };
  const server = `https://127.0.0.1:${secure}`;
  const identity = createIdentity(Date.now());
  const users = clusterUsers();
  await writeFiles({ files, users, identity, server });
  const transport = new HttpsTransport({ server, ca: identity.ca, token: users.nodes, userAgent: 'kubelet' });
  const running = new Map<string, GuardedProcess>();
  let tell: (reason: string) => void = () => undefined;
  const failed = new Promise<string>((resolve) => (tell = resolve));
  const run = (name: string, command: readonly string[]): void => {
    const started = startGuarded(command, files.log(name));
    running.set(name, started);
    void started.exited.then((reason) => {
      if (running.get(name) === started) tell(reason);
    });
  };
  const end = async (name: string): Promise<void> => {
    const ending = running.get(name);
    running.delete(name);
    await ending?.stop();
  };
  const stop = async (): Promise<void> => {
    // Clients before their servers, so that none of them spends its last seconds with retries.
    for (const name of ['scheduler', 'controller-manager', 'apiserver', 'etcd']) await end(name);
    transport.close();
    await folder.remove();
  };
  try {
    run('etcd', etcdCommand(setting));
    run('apiserver', apiServerCommand(setting));
    await ready(transport, '/readyz', failed);
    if (controllers) {
      run('controller-manager', controllerManagerCommand(setting));
      run('scheduler', schedulerCommand(setting));
      // Made by the controller manager: pods are refused without it.
      await ready(transport, '/api/v1/namespaces/default/serviceaccounts/default', failed);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    server,
    identity,
    accounts: users.accounts,
    kubeconfig: files.kubeconfig,
    files,
    transport,
    failed,
    stop,
    stopApiServer: () => end('apiserver'),
    startApiServer: async () => {
      run('apiserver', apiServerCommand(setting));
      await ready(transport, '/readyz', failed);
    },
  };
}

type Setup = {
  readonly files: ClusterFiles;
  readonly users: ClusterUsers;
  readonly identity: Identity;
  readonly server: string;
};

async function writeFiles({ files, users, identity, server }: Setup): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const write = (path: string, text: string): Promise<void> => writeFile(path, text, { mode: 0o600 });
  const { ca, certificate, key } = identity;
  const component = (secret: string): string =>
    kubeconfig({ server, ca, name: CLUSTER_NAME, accounts: [{ name: 'admin', token: secret }] });
  await write(files.ca, ca);
  await write(files.certificate, certificate);
  await write(files.key, key);
  await write(files.serviceAccountKey, String(privateKey.export({ type: 'pkcs1', format: 'pem' })));
  await write(files.serviceAccountPublicKey, String(publicKey.export({ type: 'spki', format: 'pem' })));
  await write(files.tokens, tokenFile(users));
  await write(files.controllerManager, component(users.controllerManager));
  await write(files.scheduler, component(users.scheduler));
  await write(files.kubelet, component(users.nodes));
  await writeKubeconfig(files.kubeconfig, { server, ca, accounts: users.accounts, name: CLUSTER_NAME });
}

/** Asks until the answer is 200. @throws Error when a component ends meanwhile, or after a minute. */
async function ready(transport: HttpsTransport, path: string, failed: Promise<string>): Promise<void> {
  const ended: { reason?: string } = {};
  void failed.then((reason) => (ended.reason = reason));
  const deadline = Date.now() + READY_WITHIN_MS;
  let answer = 'no answer';
  while (Date.now() < deadline && ended.reason === undefined) {
    try {
      const { status } = await transport.request({ method: 'GET', path, signal: AbortSignal.timeout(5000) });
      if (status === 200) return;
      answer = `HTTP ${status}`;
    } catch (error) {
      answer = String(error);
    }
    await delay(200);
  }
  throw new Error(ended.reason ?? `${path} was not ready in ${READY_WITHIN_MS / 1000} s: ${answer}`);
}
