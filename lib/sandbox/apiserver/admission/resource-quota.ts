import { amountText } from '#lib/sandbox/apiserver/objects/amount.ts';
import type { Amounts } from '#lib/sandbox/apiserver/objects/amounts.ts';
import { added, amountsAt, isMore, onlyNamed } from '#lib/sandbox/apiserver/objects/amounts.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Admission, AdmissionPlugin } from './admission-plugin.ts';
import { refused } from './admission-plugin.ts';
import { QUOTAS, writeUsage } from './quota-status.ts';
import { computeUsage, isInScope, usageOf } from './quota-usage.ts';

/** Keeps a namespace within its quotas (apiserver/pkg/admission/plugin/resourcequota). */
export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  check: (context, admission) => {
    const { resource, namespace, subresource, operation, object, previous, dryRun } = admission;
    if (operation === 'DELETE' || subresource !== undefined || resource.kind === 'Event') return;
    if (operation === 'UPDATE' && resource.kind === 'Pod') return;
    if (namespace === undefined) return;
    const before = previous ? usageOf(resource, previous) : {};
    const charged = growth(usageOf(resource, object), before);
    const bills: { quota: KubeObject; used: Amounts }[] = [];
    for (const quota of context.journal.list(QUOTAS, namespace)) {
      if (isInScope(quota, resource, object)) {
        const used = checked({ quota, admission, charged });
        if (used) bills.push({ quota, used });
      }
    }
    if (!dryRun) for (const { quota, used } of bills) writeUsage(context, quota, used);
  },
};

/** What is new. An update that takes less is not billed: the controller corrects the usage afterwards. */
function growth(after: Amounts, before: Amounts): Amounts {
  const entries = Object.entries(after).map(([name, amount]): [string, typeof amount] => {
    const nanos = amount.nanos - (before[name]?.nanos ?? 0n);
    return [name, { ...amount, nanos: nanos > 0n ? nanos : 0n }];
  });
  return Object.fromEntries(entries.filter(([, { nanos }]) => nanos > 0n));
}

type Bill = { readonly quota: KubeObject; readonly admission: Admission; readonly charged: Amounts };

/** The quota's usage with this request in it; undefined when it is not concerned. Throws 403 beyond its limits. */
function checked({ quota, admission, charged }: Bill): Amounts | undefined {
  const { name } = quota.metadata;
  const hard = amountsAt(quota, 'status', 'hard');
  const used = amountsAt(quota, 'status', 'used');
  if (admission.resource.kind === 'Pod') {
    const missing = unspecified(admission.object, Object.keys(hard));
    if (missing !== '') throw refused(admission, `failed quota: ${name}: must specify ${missing}`);
  }
  const requested = onlyNamed(charged, Object.keys(hard));
  if (Object.keys(requested).length === 0) return undefined;
  const unknown = Object.keys(requested).filter((resource) => used[resource] === undefined);
  if (unknown.length > 0) {
    const resources = unknown.toSorted().join(',');
    throw refused(admission, `status unknown for quota: ${name}, resources: ${resources}`);
  }
  const next = added(used, requested);
  const exceeded = Object.keys(requested).filter((resource) => {
    const amount = next[resource];
    return amount !== undefined && isMore(amount, hard[resource]);
  });
  if (exceeded.length === 0) return next;
  const [asked, so, limit] = [requested, used, hard].map((amounts) => listed(onlyNamed(amounts, exceeded)));
  throw refused(admission, `exceeded quota: ${name}, requested: ${asked}, used: ${so}, limited: ${limit}`);
}

function listed(amounts: Amounts): string {
  return Object.entries(amounts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, amount]) => `${name}=${amountText(amount)}`)
    .join(',');
}

const MUST_BE_SPECIFIED = ['cpu', 'limits.cpu', 'limits.memory', 'memory', 'requests.cpu', 'requests.memory'];

/** `limits.cpu for: app; requests.memory for: app,sidecar`; empty when every container says what the quota counts. */
function unspecified(pod: JsonObject, hard: readonly string[]): string {
  const containers = ['containers', 'initContainers'].flatMap((list) => objectsAt(pod, 'spec', list));
  const missing = MUST_BE_SPECIFIED.filter((resource) => hard.includes(resource)).flatMap((resource) => {
    const silent = containers.filter((container) => {
      const [requests, limits] = ['requests', 'limits'].map((side) =>
        amountsAt(container, 'resources', side),
      );
      return computeUsage(requests ?? {}, limits ?? {})[resource] === undefined;
    });
    const names = silent.map((container) => stringAt(container, 'name') ?? '').toSorted();
    return names.length === 0 ? [] : [`${resource} for: ${names.join(',')}`];
  });
  return missing.join('; ');
}
