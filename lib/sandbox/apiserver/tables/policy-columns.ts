import type { Json } from '#lib/sandbox/apiserver/objects/json.ts';
import { numberAt, objectsAt, stringAt, valueAt } from '#lib/sandbox/apiserver/objects/json.ts';
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
