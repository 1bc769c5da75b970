import { join } from 'node:path';
import type { Binaries } from './build.ts';

export type Ports = { readonly client: number; readonly peer: number; readonly secure: number };

/** The files of one cluster, all in one folder. */
export function clusterFiles(folder: string) {
  const file = (name: string): string => join(folder, name);
  return {
    folder,
    ca: file('ca.crt'),
    certificate: file('apiserver.crt'),
    key: file('apiserver.key'),
    serviceAccountKey: file('sa.key'),
    serviceAccountPublicKey: file('sa.pub'),
    tokens: file('tokens.csv'),
    kubeconfig: file('kubeconfig'),
    controllerManager: file('controller-manager.kubeconfig'),
    scheduler: file('scheduler.kubeconfig'),
    kubelet: file('kubelet.kubeconfig'),
    etcdData: file('etcd'),
    log: (component: string) => file(`${component}.log`),
  };
}

export type ClusterFiles = ReturnType<typeof clusterFiles>;

type Setting = {
  readonly binaries: Binaries;
  readonly files: ClusterFiles;
  readonly ports: Ports;
  /** After so long without news of a node the node controller gives it up. */
  readonly nodeGraceSeconds: number;
};

/** Data here lives as long as a test run: nothing is synced to the disk. */
export function etcdCommand({ binaries, files, ports }: Setting): readonly string[] {
  const client = `http://127.0.0.1:${ports.client}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  return [
    binaries.etcd,
    '--name=test',
    `--data-dir=${files.etcdData}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=test=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

export function apiServerCommand({ binaries, files, ports }: Setting): readonly string[] {
  return [
    binaries.apiServer,
    `--etcd-servers=http://127.0.0.1:${ports.client}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${ports.secure}`,
    `--tls-cert-file=${files.certificate}`,
    `--tls-private-key-file=${files.key}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    `--token-auth-file=${files.tokens}`,
    '--authorization-mode=RBAC',
    '--anonymous-auth=false',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--event-ttl=1h',
    '--allow-privileged=true',
    '--kubelet-preferred-address-types=InternalIP,Hostname',
    `--kubelet-certificate-authority=${files.ca}`,
    '--kubelet-timeout=10s',
    '--profiling=false',
  ];
}

/** Clients limit themselves to 20 and 50 requests a second: what eighty stories at once ask for would take minutes. */
const WITHOUT_RATE_LIMITS = ['--kube-api-qps=1000', '--kube-api-burst=2000'];

export function controllerManagerCommand({ binaries, files, nodeGraceSeconds }: Setting): readonly string[] {
  return [
    binaries.controllerManager,
    `--kubeconfig=${files.controllerManager}`,
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--root-ca-file=${files.ca}`,
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    '--secure-port=0',
    `--node-monitor-grace-period=${nodeGraceSeconds}s`,
    ...WITHOUT_RATE_LIMITS,
    '--profiling=false',
  ];
}

export function schedulerCommand({ binaries, files }: Setting): readonly string[] {
  return [
    binaries.scheduler,
    `--kubeconfig=${files.scheduler}`,
    ...WITHOUT_RATE_LIMITS,
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    '--secure-port=0',
    '--profiling=false',
  ];
}
