import type { Labels, PodSpec, Taint } from '#lib/sandbox/client/objects.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';
import { KUBERNETES_VERSION } from '#lib/sandbox/kubernetes-version.ts';
import { seconds } from '#lib/sandbox/client/time.ts';

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
/** Set by every kubelet: without it the attach-detach controller leaves the node's disks alone. */
const CONTROLLER_ATTACHES = 'volumes.kubernetes.io/controller-managed-attach-detach';
/** What the TTL controller says of clusters with fewer than a hundred nodes: Secrets need not be cached. */
const CACHED_FOR = 'node.alpha.kubernetes.io/ttl';

export type NodeOptions = {
  /** Position in its network: decides its address, its zone and the addresses of its pods. */
  readonly index: number;
  readonly network?: { readonly nodes: string; readonly pods: string };
  readonly labels?: Labels;
  readonly taints?: readonly Taint[];
  readonly capacity?: { readonly cpu?: string; readonly memory?: string };
  /** Epoch ms at which its kubelet reported; absent: it has still to do so. */
  readonly reportedAt?: number;
};

/** Three workers have room for so many scenarios beside the healthy fleet; every eight more get another one. */
const ROOM_FOR = 24;
const PER_WORKER = 8;

/**
 * A control plane and three workers, more for more than two dozen scenarios, 16 GiB each, as their kubelets would have
 * registered them at `now`.
 */
export function nodes(now: number, scenarios = 0): readonly Draft[] {
  const more = Math.max(0, Math.ceil((scenarios - ROOM_FOR) / PER_WORKER));
  const workers = Array.from({ length: 3 + more }, (_, index) => `worker-${index + 1}`);
  return ['control-plane', ...workers].map((name, index) =>
    node(name, {
      index,
      reportedAt: now,
      ...(index === 0
        ? { labels: { [CONTROL_PLANE]: '' }, taints: [{ key: CONTROL_PLANE, effect: 'NoSchedule' }] }
        : {}),
    }),
  );
}

const POOL = 'acme.example/pool';

/**
 * A node that only takes pods made for its pool, so that what happens to it happens to nobody else. `index` is its
 * own among all scenarios.
 */
export function poolNode(name: string, pool: string, options: NodeOptions): Draft {
  const taints = [{ key: POOL, value: pool, effect: 'NoSchedule' }, ...(options.taints ?? [])];
  return node(name, { ...options, labels: { [POOL]: pool, ...options.labels }, taints });
}

/** What a pod says to run in a pool, and only there. */
export const inPool = (pool: string): Pick<PodSpec, 'nodeSelector' | 'tolerations'> => ({
  nodeSelector: { [POOL]: pool },
  tolerations: [{ key: POOL, operator: 'Equal', value: pool, effect: 'NoSchedule' }],
});

const HOME = { nodes: '192.168.50', pods: '10.244' };

/** A node as its kubelet registers it. */
export function node(name: string, options: NodeOptions): Draft {
  const { index, network = HOME, labels, taints = [], capacity: size, reportedAt } = options;
  const podCIDR = `${network.pods}.${index}.0/24`;
  const capacity = { cpu: '4', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi', ...size };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'kubernetes.io/hostname': name,
        'topology.kubernetes.io/zone': `zone-${'abc'[index % 3]}`,
        ...labels,
      },
      annotations: { [CONTROLLER_ATTACHES]: 'true', [CACHED_FOR]: '0' },
    },
    spec: { podCIDR, podCIDRs: [podCIDR], ...(taints.length > 0 ? { taints } : {}) },
    status: {
      capacity,
      allocatable: capacity,
      addresses: [
        { type: 'InternalIP', address: `${network.nodes}.${10 + index}` },
        { type: 'Hostname', address: name },
      ],
      ...(reportedAt === undefined ? {} : { conditions: conditions(seconds(reportedAt)) }),
      nodeInfo: {
        kubeletVersion: KUBERNETES_VERSION,
        kubeProxyVersion: '',
        containerRuntimeVersion: 'containerd://2.1.4',
        osImage: 'Debian GNU/Linux 13 (trixie)',
        kernelVersion: '6.12.41',
        operatingSystem: 'linux',
        architecture: 'amd64',
        machineID: `sandbox-${index}`,
        systemUUID: `sandbox-${index}`,
        bootID: `sandbox-${index}`,
      },
    },
  };
}

function conditions(at: string) {
  const since = { lastHeartbeatTime: at, lastTransitionTime: at };
  return [
    {
      type: 'MemoryPressure',
      status: 'False',
      reason: 'KubeletHasSufficientMemory',
      message: 'kubelet has sufficient memory available',
      ...since,
    },
    {
      type: 'DiskPressure',
      status: 'False',
      reason: 'KubeletHasNoDiskPressure',
      message: 'kubelet has no disk pressure',
      ...since,
    },
    {
      type: 'PIDPressure',
      status: 'False',
      reason: 'KubeletHasSufficientPID',
      message: 'kubelet has sufficient PID available',
      ...since,
    },
    {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'kubelet is posting ready status',
      ...since,
    },
  ];
}
