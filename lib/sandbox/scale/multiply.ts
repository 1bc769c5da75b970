import type { JournalState } from '#lib/sandbox/apiserver/journal.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Deployment, Node, Pod, ReplicaSet } from '#lib/sandbox/client/objects.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import { DESIRED_REPLICAS, MAX_REPLICAS } from '#lib/sandbox/controllers/deployment/revisions.ts';
import type { Random } from '#lib/sandbox/random.ts';
import type { FleetPlan } from './fleet-plan.ts';

const HOUR_MS = 3_600_000;
/** Pods are between an hour and three weeks old. */
const OLDEST_MS = 21 * 24 * HOUR_MS;

type Multiplied = FleetPlan & { readonly random: Random };

/**
 * A cluster in which every Deployment has one pod becomes one in which it has as many as planned, as if it had been so
 * for days: copies of that pod with names, addresses and nodes of their own. Events are left out; theirs would have
 * expired.
 */
export function multiplied({ revision, objects }: JournalState, plan: Multiplied): JournalState {
  const lists: Readonly<Record<string, readonly KubeObject[]>> = { ...objects, events: [] };
  const nodes = (lists.nodes ?? []) as unknown as readonly Node[]; // both are the wire's objects
  const places = new Places(nodes, (lists.pods ?? []) as unknown as readonly Pod[], plan.workers);
  const ages = new Map(
    [...plan.replicas.keys()].map((path) => [path, HOUR_MS + plan.random.below(OLDEST_MS)]),
  );
  const wanted = (path: string): number | undefined => plan.replicas.get(path);
  const pods = (lists.pods ?? []).flatMap((object) => {
    const path = appOf(object);
    const older = aged(object, ages.get(path) ?? HOUR_MS);
    const copies = (wanted(path) ?? 1) - 1;
    return [older, ...Array.from({ length: copies }, () => copyOf(older, places, plan.random))];
  });
  const sized = (storage: string, change: (object: KubeObject, replicas: number) => KubeObject) =>
    (lists[storage] ?? []).map((object) => {
      const path = appOf(object);
      const replicas = wanted(path);
      const older = aged(object, ages.get(path) ?? HOUR_MS);
      return replicas === undefined ? older : change(older, replicas);
    });
  return {
    revision,
    objects: {
      ...lists,
      pods,
      'deployments.apps': sized('deployments.apps', grownDeployment),
      'replicasets.apps': sized('replicasets.apps', grownReplicaSet),
    },
  };
}

const appOf = ({ metadata }: KubeObject): string =>
  `${metadata.namespace ?? ''}/${metadata.labels?.app ?? ''}`;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The same object, with everything that ever happened to it `ms` earlier. */
function aged(object: KubeObject, ms: number): KubeObject {
  const visit = (value: unknown): unknown => {
    if (typeof value === 'string') return TIME.test(value) ? seconds(Date.parse(value) - ms) : value;
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, visit(each)]));
  };
  return visit(object) as KubeObject; // the same shape
}

function copyOf(object: KubeObject, places: Places, random: Random): KubeObject {
  const pod = object as unknown as Pod; // wire object
  const { node, hostIp, ip } = places.next();
  const containerStatuses = pod.status?.containerStatuses?.map((status) => ({
    ...status,
    containerID: `containerd://${random.hex(64)}`,
  }));
  return {
    ...object,
    metadata: {
      ...object.metadata,
      name: `${object.metadata.generateName ?? `${object.metadata.name}-`}${random.suffix(5)}`,
      uid: random.uuid(),
    },
    spec: { ...pod.spec, nodeName: node },
    status: {
      ...pod.status,
      hostIP: hostIp,
      hostIPs: [{ ip: hostIp }],
      podIP: ip,
      podIPs: [{ ip }],
      containerStatuses,
    },
  } as unknown as KubeObject; // wire object
}

function grownDeployment(object: KubeObject, replicas: number): KubeObject {
  const { spec, status } = object as unknown as Deployment; // wire object
  const all = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
  return { ...object, spec: { ...spec, replicas }, status: { ...status, ...all } } as KubeObject;
}

function grownReplicaSet(object: KubeObject, replicas: number): KubeObject {
  const { spec, status } = object as unknown as ReplicaSet; // wire object
  const surge = Math.ceil(replicas / 4);
  const annotations = {
    ...object.metadata.annotations,
    [DESIRED_REPLICAS]: String(replicas),
    [MAX_REPLICAS]: String(replicas + surge),
  };
  const all = {
    replicas,
    fullyLabeledReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  };
  return {
    ...object,
    metadata: { ...object.metadata, annotations },
    spec: { ...spec, replicas },
    status: { ...status, ...all },
  } as KubeObject;
}

type Place = { readonly node: string; readonly hostIp: string; readonly ip: string };

/** Where the copies go: node after node, and the next free address there. */
class Places {
  readonly #nodes: readonly { name: string; hostIp: string; network: string; count: number; last: number }[];

  constructor(nodes: readonly Node[], pods: readonly Pod[], workers: readonly string[]) {
    this.#nodes = nodes
      .filter(({ metadata }) => workers.includes(metadata.name))
      .map(({ metadata: { name }, status, spec }) => {
        const own = pods.filter((pod) => pod.spec.nodeName === name);
        return {
          name,
          hostIp: status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '',
          network: (spec.podCIDR ?? '').split('.').slice(0, 3).join('.'),
          count: own.length,
          last: Math.max(1, ...own.map((pod) => Number(pod.status?.podIP?.split('.')[3] ?? 1))),
        };
      });
  }

  /** The emptiest node's next place. @throws RangeError when there is no node. */
  next(): Place {
    const [first, ...others] = this.#nodes;
    if (!first) throw new RangeError('There is no node for the pods.');
    const node = others.reduce((least, each) => (each.count < least.count ? each : least), first);
    node.count += 1;
    node.last += 1;
    return { node: node.name, hostIp: node.hostIp, ip: `${node.network}.${node.last}` };
  }
}
