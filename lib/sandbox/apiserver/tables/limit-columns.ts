import { amountText, NOTHING, plus } from '#lib/sandbox/apiserver/objects/amount.ts';
import { amountsAt } from '#lib/sandbox/apiserver/objects/amounts.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isObject, numberAt, objectAt, objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Column } from './column.ts';
import { AGE, NAME } from './workload-columns.ts';

const usage =
  (ofLimits: boolean) =>
  (quota: KubeObject): string => {
    const [used, hard] = [amountsAt(quota, 'status', 'used'), amountsAt(quota, 'status', 'hard')];
    return Object.entries(hard)
      .filter(([name]) => name.startsWith('limits.') === ofLimits)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, limit]) => `${name}: ${amountText(used[name] ?? NOTHING)}/${amountText(limit)}`)
      .join(', ');
  };

export const RESOURCE_QUOTA_COLUMNS: readonly Column[] = [
  NAME,
  { name: 'Request', cell: usage(false) },
  { name: 'Limit', cell: usage(true) },
  AGE,
];

export const PRIORITY_CLASS_COLUMNS: readonly Column[] = [
  NAME,
  { name: 'Value', type: 'integer', cell: (priority) => numberAt(priority, 'value') ?? 0 },
  { name: 'Global-Default', type: 'boolean', cell: (priority) => priority.globalDefault === true },
  AGE,
  { name: 'PreemptionPolicy', cell: (priority) => stringAt(priority, 'preemptionPolicy') ?? '' },
];

export const WEBHOOK_COLUMNS: readonly Column[] = [
  NAME,
  { name: 'Webhooks', type: 'integer', cell: (configuration) => objectsAt(configuration, 'webhooks').length },
  AGE,
];

export const AUTOSCALER_COLUMNS: readonly Column[] = [
  NAME,
  {
    name: 'Reference',
    cell: (hpa) => {
      const target = objectAt(hpa, 'spec', 'scaleTargetRef');
      return `${stringAt(target, 'kind') ?? ''}/${stringAt(target, 'name') ?? ''}`;
    },
  },
  { name: 'Targets', cell: targets },
  { name: 'MinPods', cell: (hpa) => String(numberAt(hpa, 'spec', 'minReplicas') ?? '<unset>') },
  { name: 'MaxPods', cell: (hpa) => numberAt(hpa, 'spec', 'maxReplicas') ?? 0 },
  { name: 'Replicas', cell: (hpa) => numberAt(hpa, 'status', 'currentReplicas') ?? 0 },
  AGE,
];

const SHOWN = 2;

function targets(hpa: KubeObject): string {
  const current = objectsAt(hpa, 'status', 'currentMetrics');
  const list = objectsAt(hpa, 'spec', 'metrics').map((metric, index) => targetText(metric, current[index]));
  if (list.length === 0) return '<none>';
  const more = list.length > SHOWN ? ` + ${list.length - SHOWN} more...` : '';
  return list.slice(0, SHOWN).join(', ') + more;
}

/** `cpu: 12%/80%`; `<unknown>` until the controller has measured (printers.go, formatHPAMetrics). */
function targetText(metric: JsonObject, measured: JsonObject | undefined): string {
  const source = Object.entries(metric).find(([key, value]) => key !== 'type' && isObject(value))?.[0] ?? '';
  const wanted = objectAt(metric, source, 'target');
  const current = objectAt(measured, source, 'current');
  const isNamed = source === 'resource' || source === 'containerResource';
  const prefix = isNamed ? `${stringAt(metric, source, 'name') ?? ''}: ` : '';
  const field = ['averageValue', 'averageUtilization', 'value'].find((name) => wanted[name] !== undefined);
  if (field === undefined) return `${prefix}<unknown>/<auto>`;
  const unit = field === 'averageUtilization' ? '%' : '';
  const text = (amounts: JsonObject): string => {
    const amount = amounts[field];
    return typeof amount === 'string' || typeof amount === 'number' ? `${amount}${unit}` : '<unknown>';
  };
  const isAverage = field === 'averageValue' && (source === 'external' || source === 'object');
  return `${prefix}${text(current)}/${text(wanted)}${isAverage ? ' (avg)' : ''}`;
}

const measured =
  (name: string) =>
  (metrics: KubeObject): string => {
    const parts = metrics.containers === undefined ? [metrics] : objectsAt(metrics, 'containers');
    const total = parts.map((part) => amountsAt(part, 'usage')[name] ?? NOTHING).reduce(plus, NOTHING);
    return amountText(total);
  };

/** As metrics-server shows its own objects. */
export const METRICS_COLUMNS: readonly Column[] = [
  NAME,
  { name: 'cpu', cell: measured('cpu') },
  { name: 'memory', cell: measured('memory') },
  { name: 'Window', cell: (metrics) => stringAt(metrics, 'window') ?? '' },
];
