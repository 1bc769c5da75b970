import type { Node, Pod } from '#lib/sandbox/client/objects.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
} from '#lib/sandbox/client/storage-objects.ts';
import type { Snapshot } from './snapshot.ts';

const metadata = (name: string) => ({
  name,
  namespace: 's',
  uid: name,
  resourceVersion: '1',
  creationTimestamp: '2026-01-05T09:00:00Z',
});

export const aNode = (
  name: string,
  { spec = {}, labels = {} }: { spec?: Node['spec']; labels?: object } = {},
): Node => ({
  metadata: { ...metadata(name), labels: { 'kubernetes.io/hostname': name, ...labels } },
  spec,
  status: { allocatable: { cpu: '4', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi' } },
});

/** The control plane and three workers of the sandbox, one zone each. */
export const FOUR_NODES: readonly Node[] = [
  aNode('control-plane', {
    spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] },
    labels: { zone: 'a' },
  }),
  aNode('worker-1', { labels: { zone: 'b' } }),
  aNode('worker-2', { labels: { zone: 'c' } }),
  aNode('worker-3', { labels: { zone: 'a' } }),
];

type PodOptions = Partial<Omit<Pod['spec'], 'containers'>> & {
  readonly name?: string;
  readonly labels?: Record<string, string>;
  readonly requests?: Record<string, string>;
  readonly hostPort?: number;
};

export const aPod = ({ name = 'pod', labels, requests, hostPort, ...spec }: PodOptions = {}): Pod => ({
  metadata: { ...metadata(name), labels },
  spec: {
    containers: [
      {
        name: 'a',
        image: 'i',
        resources: { requests },
        ...(hostPort ? { ports: [{ containerPort: 80, hostPort }] } : {}),
      },
    ],
    ...spec,
  },
});

type Contents = {
  readonly nodes?: readonly Node[];
  readonly pods?: readonly Pod[];
  readonly claims?: readonly PersistentVolumeClaim[];
  readonly volumes?: readonly PersistentVolume[];
  readonly classes?: readonly StorageClass[];
  readonly budgets?: Snapshot['budgets'];
};

export function aSnapshot(contents: Contents = {}): Snapshot {
  const { nodes = FOUR_NODES, pods = [], claims = [], volumes = [], classes = [], budgets = [] } = contents;
  const named = <T extends { metadata: { name: string } }>(list: readonly T[], wanted: string) =>
    list.find(({ metadata: { name } }) => name === wanted);
  return {
    nodes: nodes.map((node) => ({
      node,
      pods: pods.filter(({ spec }) => spec.nodeName === node.metadata.name),
    })),
    storage: {
      claim: (_namespace, name) => named(claims, name),
      volume: (name) => named(volumes, name),
      volumes: () => volumes,
      storageClass: (name) => named(classes, name),
    },
    namespaceLabels: () => ({}),
    budgets,
  };
}

export const aClass = (name: string, volumeBindingMode: string, provisioner = 'disk.csi.example.com') =>
  ({ metadata: metadata(name), provisioner, volumeBindingMode }) satisfies StorageClass;

export const aClaim = (
  name: string,
  spec: PersistentVolumeClaim['spec'] = {},
  annotations?: Record<string, string>,
): PersistentVolumeClaim => ({
  metadata: { ...metadata(name), annotations },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  status: { phase: 'Pending' },
});

export const aVolume = (name: string, spec: Partial<PersistentVolume['spec']> = {}): PersistentVolume => ({
  metadata: { ...metadata(name), namespace: undefined },
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], ...spec },
  status: { phase: 'Available' },
});
