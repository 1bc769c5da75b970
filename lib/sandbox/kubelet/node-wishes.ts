import type { Node } from '#lib/sandbox/client/objects.ts';

/**
 * What somebody playing with the cluster wants of a simulated node, as annotations on the Node, so that it works with
 * kubectl and on a real control plane too:
 * `kubectl annotate node worker-1 sandbox.local/kubelet=stopped` (any other value or none: running),
 * `kubectl annotate node worker-1 sandbox.local/pressure=disk,memory,pid`.
 */
export const KUBELET_WISH = 'sandbox.local/kubelet';
export const PRESSURE_WISH = 'sandbox.local/pressure';

export type Pressure = 'disk' | 'memory' | 'pid';
const PRESSURES: readonly Pressure[] = ['memory', 'disk', 'pid'];

/** A stopped kubelet neither runs nor reports anything: to everybody else the node is dead. */
export const isKubeletStopped = (node: Node | undefined): boolean =>
  node?.metadata.annotations?.[KUBELET_WISH] === 'stopped';

/** Memory first, as the eviction manager ranks them. */
export function pressuresOn(node: Node | undefined): readonly Pressure[] {
  const wished = node?.metadata.annotations?.[PRESSURE_WISH]?.split(/[\s,]+/) ?? [];
  return PRESSURES.filter((pressure) => wished.includes(pressure));
}
