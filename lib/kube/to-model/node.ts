import type { KubeNode, Taint } from '#lib/model/node.ts';
import { toConditions } from './conditions.ts';
import type { ToModelContext } from './context.ts';
import { toMeta } from './meta.ts';
import { asText, asTextMap, asWire, asWires, epochMs, type Wire } from './wire.ts';

export function toNode(object: Wire, context: ToModelContext): KubeNode {
  const spec = asWire(object['spec']);
  const status = asWire(object['status']);
  const info = asWire(status['nodeInfo']);
  return {
    kind: 'Node',
    meta: toMeta(object, context),
    unschedulable: spec['unschedulable'] === true,
    taints: asWires(spec['taints']).map(toTaint),
    capacity: asTextMap(status['capacity']),
    allocatable: asTextMap(status['allocatable']),
    conditions: toConditions(status['conditions']),
    reportedAt: newest(asWires(status['conditions']).map((each) => epochMs(each['lastHeartbeatTime']))),
    kubeletVersion: asText(info['kubeletVersion']),
    architecture: asText(info['architecture']),
    containerRuntime: asText(info['containerRuntimeVersion']),
    providerId: asText(spec['providerID']),
  };
}

function toTaint(taint: Wire): Taint {
  const addedAt = epochMs(taint['timeAdded']);
  return {
    key: asText(taint['key']),
    value: asText(taint['value']),
    effect: asText(taint['effect']),
    ...(addedAt === undefined ? {} : { addedAt }),
  };
}

/** The node controller leaves the heartbeats as they are when it marks a silent node. */
function newest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((at) => at !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}
