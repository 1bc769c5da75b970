import { masked } from '#lib/kube/mask.ts';
import type { Pod, PodPhase } from '#lib/model/pod.ts';
import { toConditions } from './conditions.ts';
import { toContainerStatuses } from './container-status.ts';
import type { ToModelContext } from './context.ts';
import { toMeta } from './meta.ts';
import { toPodSpec } from './pod-template.ts';
import { asText, asWire, asWires, epochMs, optionalText, type Wire } from './wire.ts';

const PHASES: readonly string[] = [
  'Pending',
  'Running',
  'Succeeded',
  'Failed',
  'Unknown',
] satisfies PodPhase[];
const isPhase = (value: unknown): value is PodPhase => typeof value === 'string' && PHASES.includes(value);

export function toPod(object: Wire, context: ToModelContext): Pod {
  const meta = toMeta(object, context);
  const spec = asWire(object['spec']);
  const status = asWire(object['status']);
  const acceptedAt = epochMs(status['startTime']);
  const atLeastAt = acceptedAt ?? meta.createdAt;
  return {
    kind: 'Pod',
    meta,
    template: toPodSpec(spec, meta.labels, context),
    nodeName: optionalText(spec['nodeName']),
    nominatedNodeName: optionalText(status['nominatedNodeName']),
    schedulingGates: asWires(spec['schedulingGates']).map((gate) => asText(gate['name'])),
    readinessGates: asWires(spec['readinessGates']).map((gate) => asText(gate['conditionType'])),
    phase: toPhase(status['phase'], context),
    reason: optionalText(status['reason']),
    message: masked(optionalText(status['message'])),
    podIp: optionalText(status['podIP']),
    qosClass: optionalText(status['qosClass']),
    acceptedAt,
    conditions: toConditions(status['conditions']),
    initStatuses: toContainerStatuses(status['initContainerStatuses'], atLeastAt),
    statuses: toContainerStatuses(status['containerStatuses'], atLeastAt),
    ephemeralStatuses: toContainerStatuses(status['ephemeralContainerStatuses'], atLeastAt),
  };
}

/** The API server sets Pending at creation, so that a missing phase means just that. */
function toPhase(value: unknown, { odd }: ToModelContext): PodPhase {
  if (isPhase(value)) return value;
  if (value === undefined || value === '') return 'Pending';
  odd('status.phase');
  return 'Unknown';
}
