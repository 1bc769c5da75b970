import { masked } from '#lib/kube/mask.ts';
import type { PodSpec } from '#lib/model/pod-template.ts';
import type { Pod, PodPhase } from '#lib/model/pod.ts';
import { toConditionTimes, toPodConditions } from './conditions.ts';
import { toContainerStatuses } from './container-status.ts';
import type { ToModelContext } from './context.ts';
import { sameText, toMeta, UNSHARED } from './meta.ts';
import { toNodeTerms, toPodSpec } from './pod-template.ts';
import { portionOf, type SpecPortion } from './spec-portion.ts';
import { asText, asWire, epochMs, mapWires, optionalText, type Wire } from './wire.ts';

const PHASES: readonly string[] = [
  'Pending',
  'Running',
  'Succeeded',
  'Failed',
  'Unknown',
] satisfies PodPhase[];
const isPhase = (value: unknown): value is PodPhase => typeof value === 'string' && PHASES.includes(value);

export function toPod(object: Wire, context: ToModelContext): Pod {
  const { values = UNSHARED, text = sameText } = context;
  const meta = toMeta(object, context);
  const spec = portionOf(object['spec'], context);
  const status = asWire(object['status']);
  const acceptedAt = epochMs(status['startTime']);
  const atLeastAt = acceptedAt ?? meta.createdAt;
  return {
    kind: 'Pod',
    meta,
    template: sharedSpec(spec, context),
    nodeName: text(optionalText(spec.own['nodeName'])),
    nominatedNodeName: optionalText(status['nominatedNodeName']),
    schedulingGates: mapWires(spec.own['schedulingGates'], (gate) => asText(gate['name'])),
    readinessGates: values.share(
      mapWires(spec.own['readinessGates'], (gate) => asText(gate['conditionType'])),
    ),
    phase: toPhase(status['phase'], context),
    reason: optionalText(status['reason']),
    message: masked(optionalText(status['message'])),
    acceptedAt,
    conditions: toPodConditions(status['conditions'], context),
    conditionTimes: toConditionTimes(status['conditions']),
    initStatuses: toContainerStatuses(status['initContainerStatuses'], atLeastAt, context),
    statuses: toContainerStatuses(status['containerStatuses'], atLeastAt, context),
    ephemeralStatuses: toContainerStatuses(status['ephemeralContainerStatuses'], atLeastAt, context),
  };
}

/** The spec of pods alike is the same object; one that is odd is read each time, so that it is reported each time. */
function sharedSpec(spec: SpecPortion, context: ToModelContext): PodSpec {
  const { values = UNSHARED, odd } = context;
  const common = spec.become((rest) => {
    let isKept = true;
    const noting = (path: string) => {
      isKept = false;
      odd(path);
    };
    return { made: values.share(toPodSpec(rest, { ...context, odd: noting })), isKept };
  });
  const nodeTerms = toNodeTerms(spec.own['affinity']);
  return nodeTerms.length === 0 ? common : values.share({ ...common, nodeTerms });
}

/** The API server sets Pending at creation, so that a missing phase means just that. */
function toPhase(value: unknown, { odd }: ToModelContext): PodPhase {
  if (isPhase(value)) return value;
  if (value === undefined || value === '') return 'Pending';
  odd('status.phase');
  return 'Unknown';
}
