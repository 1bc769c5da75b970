import type { Node, Pod } from '#lib/sandbox/client/objects.ts';
import { binary, quantity } from '#lib/sandbox/quantity.ts';
import { hasEnded, priorityOf } from '#lib/sandbox/scheduler/snapshot.ts';
import { matchesTaint } from '#lib/sandbox/scheduler/taints.ts';
import type { Pressure } from './node-wishes.ts';

/** What a pod ends with when the kubelet throws it out: phase Failed with this reason and message. */
export type Eviction = { readonly reason: 'Evicted'; readonly message: string };

/** Bytes a container uses of a resource. */
export type Usage = (pod: Pod, container: string, resource: Starved) => number;
export type Starved = 'memory' | 'ephemeral-storage';

const STARVED: Readonly<Partial<Record<Pressure, Starved>>> = {
  memory: 'memory',
  disk: 'ephemeral-storage',
};
const CONDITION: Readonly<Record<Pressure, string>> = {
  memory: 'MemoryPressure',
  disk: 'DiskPressure',
  pid: 'PIDPressure',
};
/** Static pods and these two classes are not evicted (kubelet/types, IsCriticalPod). */
const CRITICAL_PRIORITY = 2_000_000_000;

/** The resource the eviction manager tries to win back; processes cannot be simulated. */
export const starvedResource = (pressures: readonly Pressure[]): Starved | undefined =>
  pressures.map((pressure) => STARVED[pressure]).find((resource) => resource !== undefined);

/** The next victim of a pressed node: over its request first, then low priority, then greed (rank*Pressure). */
export function nextVictim(pods: readonly Pod[], resource: Starved, usage: Usage): Pod | undefined {
  const isActive = (pod: Pod): boolean =>
    !hasEnded(pod) &&
    !pod.metadata.deletionTimestamp &&
    priorityOf(pod) < CRITICAL_PRIORITY &&
    (pod.status?.containerStatuses ?? []).some(({ state }) => state.running);
  const ranked = pods.filter(isActive).map((pod) => {
    const excess = totalUsage(pod, resource, usage) - totalRequest(pod, resource);
    return { pod, excess };
  });
  return ranked.toSorted(
    (a, b) =>
      Number(b.excess > 0) - Number(a.excess > 0) ||
      priorityOf(a.pod) - priorityOf(b.pod) ||
      b.excess - a.excess,
  )[0]?.pod;
}

const totalUsage = ({ ...pod }: Pod, resource: Starved, usage: Usage): number =>
  pod.spec.containers.reduce((sum, { name }) => sum + usage(pod, name, resource), 0);

const totalRequest = ({ spec }: Pod, resource: Starved): number =>
  spec.containers.reduce((sum, { resources }) => sum + quantity(resources?.requests?.[resource]), 0);

/** kubelet/eviction/helpers.go, evictionMessage: the threshold, then every container beyond its request. */
export function evictionMessage(
  pod: Pod,
  resource: Starved,
  { usage, node }: { usage: Usage; node: Node },
): string {
  const { threshold, available } = thresholdOf(node, resource);
  const culprits = pod.spec.containers.flatMap(({ name, resources }) => {
    const used = usage(pod, name, resource);
    const request = resources?.requests?.[resource] ?? '0';
    if (used <= quantity(request)) return [];
    return [
      `Container ${name} was using ${binary(used)}, request is ${request}, has larger consumption of ${resource}. `,
    ];
  });
  return `The node was low on resource: ${resource}. Threshold quantity: ${threshold}, available: ${available}. ${culprits.join('')}`;
}

/** The default hard thresholds: 100Mi of memory, 10 % of the disk (a float32, hence the odd last digits). */
function thresholdOf({ status }: Node, resource: Starved): { threshold: string; available: string } {
  if (resource === 'memory') return { threshold: '100Mi', available: '94312Ki' };
  const capacity = quantity(status?.allocatable?.['ephemeral-storage']);
  const threshold = Math.floor(capacity * Math.fround(0.1));
  return { threshold: binary(threshold), available: binary(Math.floor((threshold * 0.93) / 1024) * 1024) };
}

/** Why a pressed node does not even start a pod that was bound to it (eviction_manager.go, Admit). */
export function pressureRefusal(pod: Pod, pressures: readonly Pressure[]): Eviction | undefined {
  if (pressures.length === 0 || priorityOf(pod) >= CRITICAL_PRIORITY) return undefined;
  if (pressures.every((pressure) => pressure === 'memory')) {
    if (pod.status?.qosClass !== 'BestEffort') return undefined;
    const taint = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' };
    if ((pod.spec.tolerations ?? []).some((toleration) => matchesTaint(toleration, taint))) return undefined;
  }
  const conditions = pressures.map((pressure) => CONDITION[pressure]);
  return { reason: 'Evicted', message: `The node had condition: [${conditions.join(' ')}]. ` };
}
