import type { Draft } from '#lib/sandbox/client/write.ts';
import { KUBERNETES_VERSION } from '#lib/sandbox/kubernetes-version.ts';
import { seconds } from '#lib/sandbox/client/time.ts';

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
/** Set by every kubelet: without it the attach-detach controller leaves the node's disks alone. */
const CONTROLLER_ATTACHES = 'volumes.kubernetes.io/controller-managed-attach-detach';
/** What the TTL controller says of clusters with fewer than a hundred nodes: Secrets need not be cached. */
const CACHED_FOR = 'node.alpha.kubernetes.io/ttl';

/** Three workers and a control plane, 16 GiB each, as their kubelets would have registered them at `now`. */
export function nodes(now: number): readonly Draft[] {
  return ['control-plane', 'worker-1', 'worker-2', 'worker-3'].map((name, index) => node(name, index, now));
}

function node(name: string, index: number, now: number): Draft {
  const isControlPlane = index === 0;
  const ip = `192.168.50.${10 + index}`;
  const labels = {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/os': 'linux',
    'kubernetes.io/hostname': name,
    'topology.kubernetes.io/zone': `zone-${'abc'[index % 3]}`,
    ...(isControlPlane ? { [CONTROL_PLANE]: '' } : {}),
  };
  const capacity = { cpu: '4', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels, annotations: { [CONTROLLER_ATTACHES]: 'true', [CACHED_FOR]: '0' } },
    spec: {
      podCIDR: `10.244.${index}.0/24`,
      podCIDRs: [`10.244.${index}.0/24`],
      ...(isControlPlane ? { taints: [{ key: CONTROL_PLANE, effect: 'NoSchedule' }] } : {}),
    },
    status: {
      capacity,
      allocatable: capacity,
      addresses: [
        { type: 'InternalIP', address: ip },
        { type: 'Hostname', address: name },
      ],
      conditions: conditions(seconds(now)),
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
