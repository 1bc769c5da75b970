import { totalmem } from 'node:os';
import { stringify } from 'yaml';
import type { ClusterFiles } from '../components.ts';
import type { NodeFiles, NodeSetting } from './node-files.ts';

const GIB = 2 ** 30;
/** Of the sandbox's nodes: scenarios ask for more than this when they want to be refused. */
const NODE_MEMORY = 16 * GIB;

/** A KubeletConfiguration for a machine whose cgroups, limits and firewall are not the kubelet's. */
export function kubeletConfig(files: NodeFiles, { ports }: NodeSetting, cluster: ClusterFiles): string {
  const surplus = Math.max(0, totalmem() - NODE_MEMORY);
  return stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    // Inside its namespace nobody else is there to ask; outside, only through the bridge on loopback.
    address: '127.0.0.1',
    port: ports.kubelet,
    readOnlyPort: 0,
    healthzPort: 0,
    tlsCertFile: cluster.certificate,
    tlsPrivateKeyFile: cluster.key,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    enableSystemLogHandler: false,
    containerRuntimeEndpoint: `unix://${files.runtime}`,
    podLogsDir: files.podLogs,
    volumePluginDir: files.volumePlugins,
    clusterDNS: ['10.96.0.10'],
    clusterDomain: 'cluster.local',
    resolvConf: '',
    cgroupDriver: 'cgroupfs',
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    localStorageCapacityIsolation: false,
    makeIPTablesUtilChains: false,
    oomScoreAdj: 0,
    imageGCHighThresholdPercent: 100,
    // Evictions would come from the machine the tests run on, not from a scenario.
    evictionHard: {
      'memory.available': '0%',
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.available': '0%',
      'imagefs.inodesFree': '0%',
    },
    ...(surplus > 0 && { systemReserved: { memory: String(surplus) } }),
    // What may not be changed (sysctls) or read (/dev/kmsg) here is done without.
    featureGates: { KubeletInUserNamespace: true },
  });
}

/** The external cloud provider, which is us, has given the node its address: 127.0.0.1 is none a kubelet would accept. */
export const kubeletArgs = (files: NodeFiles, { name, kubeconfig }: NodeSetting): readonly string[] => [
  `--config=${files.config}`,
  `--kubeconfig=${kubeconfig}`,
  `--root-dir=${files.root}`,
  `--hostname-override=${name}`,
  '--cloud-provider=external',
];

/**
 * Runs a command in namespaces of its own: kernel settings and cgroups are read-only there, what the kubelet mounts or
 * writes to its fixed places (/var/lib/kubelet/device-plugins, /var/log/containers) is gone when the last process is,
 * and the pods' addresses exist nowhere else. No rights outside are needed, nor could any be used.
 */
export function isolated(network: string, command: readonly string[]): readonly string[] {
  const locked = 'remount,bind,ro,nosuid,nodev,noexec';
  const script = [
    'set -e',
    'mount -t tmpfs tmpfs /var/log',
    'mount -t tmpfs tmpfs /var/lib',
    `mount --bind /proc/sys /proc/sys && mount -o ${locked} /proc/sys`,
    `awk '$2 ~ "^/sys/fs/cgroup" {print $2}' /proc/mounts | while read at; do mount -o ${locked} "$at"; done`,
    'ip link set lo up',
    `ip addr add ${network}.0/24 dev lo`,
    'exec "$@"',
  ].join('\n');
  const namespaces = ['--user', '--map-root-user', '--mount', '--propagation=private', '--net'];
  return ['unshare', ...namespaces, 'sh', '-c', script, 'node', ...command];
}
