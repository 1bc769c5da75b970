import type { KubeNode } from '#lib/model/node.ts';
import { toConditions } from './conditions.ts';
import type { ToModelContext } from './context.ts';
import { toMeta } from './meta.ts';
import { asText, asTextMap, asWire, asWires, type Wire } from './wire.ts';

export function toNode(object: Wire, context: ToModelContext): KubeNode {
  const spec = asWire(object['spec']);
  const status = asWire(object['status']);
  const info = asWire(status['nodeInfo']);
  return {
    kind: 'Node',
    meta: toMeta(object, context),
    unschedulable: spec['unschedulable'] === true,
    taints: asWires(spec['taints']).map((taint) => ({
      key: asText(taint['key']),
      value: asText(taint['value']),
      effect: asText(taint['effect']),
    })),
    allocatable: asTextMap(status['allocatable']),
    conditions: toConditions(status['conditions']),
    kubeletVersion: asText(info['kubeletVersion']),
    architecture: asText(info['architecture']),
    containerRuntime: asText(info['containerRuntimeVersion']),
    providerId: asText(spec['providerID']),
  };
}
