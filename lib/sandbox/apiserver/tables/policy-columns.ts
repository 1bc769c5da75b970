import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { numberAt, objectAt, objectsAt, stringAt, valueAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Column } from './column.ts';
import { AGE, NAME } from './workload-columns.ts';

const amount = (name: string, field: string): Column => ({
  name,
  cell: (budget) => textOf(valueAt(budget, 'spec', field), 'N/A'),
});

function textOf(value: Json | undefined, otherwise: string): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : otherwise;
}

export const BUDGET_COLUMNS: readonly Column[] = [
  NAME,
  amount('Min Available', 'minAvailable'),
  amount('Max Unavailable', 'maxUnavailable'),
  {
    name: 'Allowed Disruptions',
    type: 'integer',
    cell: (budget) => numberAt(budget, 'status', 'disruptionsAllowed') ?? 0,
  },
  AGE,
];

export const PRIORITY_CLASS_COLUMNS: readonly Column[] = [
  NAME,
  { name: 'Value', type: 'integer', cell: (priority) => numberAt(priority, 'value') ?? 0 },
  {
    name: 'Global-Default',
    type: 'boolean',
    cell: (priority) => valueAt(priority, 'globalDefault') === true,
  },
  AGE,
  {
    name: 'PreemptionPolicy',
    cell: (priority) => stringAt(priority, 'preemptionPolicy') ?? '',
  },
];

export const AUTOSCALER_COLUMNS: readonly Column[] = [
  NAME,
  {
    name: 'Reference',
    cell: (autoscaler) => {
      const target = objectAt(autoscaler, 'spec', 'scaleTargetRef');
      return `${stringAt(target, 'kind') ?? ''}/${stringAt(target, 'name') ?? ''}`;
    },
  },
  { name: 'Targets', cell: targets },
  { name: 'MinPods', cell: (each) => textOf(valueAt(each, 'spec', 'minReplicas'), '<unset>') },
  { name: 'MaxPods', type: 'integer', cell: (each) => numberAt(each, 'spec', 'maxReplicas') ?? 0 },
  { name: 'Replicas', type: 'integer', cell: (each) => numberAt(each, 'status', 'currentReplicas') ?? 0 },
  AGE,
];

/** Resource metrics only, and at most two, as the printer shows them: `cpu: 12%/50%`. */
function targets(autoscaler: KubeObject): string {
  const current = objectsAt(autoscaler, 'status', 'currentMetrics');
  const texts = objectsAt(autoscaler, 'spec', 'metrics').map((metric, index) =>
    targetText(metric, current[index]),
  );
  if (texts.length === 0) return '<none>';
  return texts.length > 2
    ? `${texts.slice(0, 2).join(', ')} + ${texts.length - 2} more...`
    : texts.join(', ');
}

function targetText(metric: JsonObject, current: JsonObject | undefined): string {
  const name = stringAt(metric, 'resource', 'name');
  if (name === undefined) return '<unknown>';
  const target = objectAt(metric, 'resource', 'target');
  const seen = objectAt(current, 'resource', 'current');
  const utilization = numberAt(target, 'averageUtilization');
  if (utilization === undefined)
    return `${name}: ${stringAt(seen, 'averageValue') ?? '<unknown>'}/${stringAt(target, 'averageValue') ?? ''}`;
  const used = numberAt(seen, 'averageUtilization');
  return `${name}: ${used === undefined ? '<unknown>' : `${used}%`}/${utilization}%`;
}

export const ENDPOINTS_COLUMNS: readonly Column[] = [NAME, { name: 'Endpoints', cell: endpointsText }, AGE];

/** At most three `ip:port`, then how many more. */
function endpointsText(endpoints: KubeObject): string {
  const all = objectsAt(endpoints, 'subsets').flatMap((subset) => {
    const ips = objectsAt(subset, 'addresses').map((address) => stringAt(address, 'ip') ?? '');
    const ports = objectsAt(subset, 'ports').map((port) => numberAt(port, 'port') ?? 0);
    if (ports.length === 0) return ips;
    return ports.flatMap((port) => ips.map((ip) => `${ip}:${port}`));
  });
  if (all.length === 0) return '<none>';
  const more = all.length > 3 ? ` + ${all.length - 3} more...` : '';
  return all.slice(0, 3).join(',') + more;
}
